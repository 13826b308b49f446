using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>The rules of <c>kubernetes_job_timeout</c>, which hold for every backend (contract A.6).</summary>
internal static class TimeLimit
{
    /// <summary>
    /// The message for a bad default; also for every array body, as upstream, which fails when it sets the default.
    /// </summary>
    public static string DefaultProblem(RequestSettings settings) =>
        $"Default value of {JobRequestFields.Timeout} is not an integer. "
            + $"Provided value is '{settings.DefaultTimeout}'. Please contact the administrator.";

    /// <summary>The limit, or what is wrong with it.</summary>
    /// <param name="asked">The value in the request; null if it has none.</param>
    /// <param name="settings">The default and the maximum, as the operator wrote them.</param>
    public static (TimeSpan Limit, string? Problem) Read(JsonElement? asked, RequestSettings settings)
    {
        BigInteger seconds;
        if (asked is { } value)
        {
            // Upstream calls int() first, which accepts true and false, and checks the field's type afterwards.
            if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                seconds = value.GetBoolean() ? 1 : 0;
            else if (FieldCoercion.Integer(value, out seconds) != null)
                return Refused($"{JobRequestFields.Timeout} must be an integer. Provided value is '{PythonText.Show(value)}'.");
        }
        else if (!PythonNumber.TryParse(settings.DefaultTimeout, out seconds))
        {
            return Refused(DefaultProblem(settings));
        }

        string shown = seconds.ToString(CultureInfo.InvariantCulture);
        if (seconds <= 0)
            return Refused($"{JobRequestFields.Timeout} must be greater than 0.Provided value is {shown}.");
        if (!PythonNumber.TryParse(settings.LongestTimeout, out BigInteger longest))
            return Refused($"Max value for {JobRequestFields.Timeout} is not an integer. "
                + $"Provided value is '{settings.LongestTimeout}'. Please contact the administrator.");
        return seconds > longest
            ? Refused($"{JobRequestFields.Timeout} exceeds maximum allowed value of "
                + $"{longest.ToString(CultureInfo.InvariantCulture)} seconds. Provided value is {shown} seconds.")
            : (TimeSpan.FromSeconds((long)BigInteger.Min(seconds, int.MaxValue)), null);
    }

    private static (TimeSpan Limit, string? Problem) Refused(string problem) => (TimeSpan.Zero, problem);
}
