using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Scailfin.JobController.Jobs;

/// <summary>
/// The arguments of a request's query. Unknown ones are ignored, as upstream does; of the invalid ones the first is reported.
/// </summary>
internal sealed class QueryArguments(IQueryCollection query)
{
    private const int LongestShown = 100;

    /// <summary>Argument, value and rule; null while all that were read are good.</summary>
    public string? Problem { get; private set; }

    /// <param name="name">The argument.</param>
    /// <param name="rule">Follows "must be".</param>
    /// <param name="parse">Parses the value; returns null if it breaks the rule.</param>
    /// <returns>The value; null if the argument is not given, or invalid.</returns>
    public T? Read<T>(string name, string rule, Func<string, T?> parse)
        where T : struct
    {
        if (!query.TryGetValue(name, out StringValues values))
            return null;
        if (values.Count != 1)
        {
            Problem ??= $"{name} is given {values.Count} times, but must be given once.";
            return null;
        }

        string text = values[0] ?? "";
        T? value = parse(text);
        if (value is null)
            Problem ??= $"{name} is '{(text.Length > LongestShown ? text[..LongestShown] + "..." : text)}', but must be {rule}.";
        return value;
    }

    public Guid? Id(string name, string rule) => Read<Guid>(name, rule, text => Guid.TryParseExact(text, "D", out Guid id) ? id : null);

    public long? Number(string name, long minimum, long maximum, string rule) => Read<long>(
        name,
        rule,
        text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number >= minimum
            && number <= maximum
            ? number
            : null);

    public bool Flag(string name) => Read<bool>(
        name,
        "one of: true, 1, false, 0",
        text => text switch
        {
            "true" or "1" => true,
            "false" or "0" => false,
            _ => null,
        }) ?? false;
}
