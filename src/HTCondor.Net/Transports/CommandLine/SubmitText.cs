using System.Globalization;
using System.Text;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;

namespace HTCondor.Net.Transports.CommandLine;

/// <summary>
/// A submit description that carries ads as they are: every attribute as <c>MY.Name = expression</c>, which condor_submit takes last and
/// above what it makes itself. What procs differ in is a macro for each, chosen by the proc's number.
/// </summary>
/// <remarks>
/// condor_submit replaces macros in every value: <c>$(NAME)</c>, <c>$ENV(NAME)</c> and their like. A dollar sign is therefore written as
/// <c>$(DOLLAR)</c>; two of them stay as they are (they mean something to the match only), and cannot be written otherwise.
/// condor_submit 25.14 leaves out a proc's real number that differs from the first proc's by about 1e-16 or less; the first one's holds
/// then.
/// </remarks>
internal static class SubmitText
{
    private const int GridUniverse = 9;

    /// <summary>Attributes that condor_submit sets to true unless the submit description names them.</summary>
    private static readonly string[] TrueUnlessSaid = ["TransferExecutable", "TransferIn", "TransferOut", "TransferErr"];

    /// <exception cref="HTCondorException">The request holds a value that a submit description cannot carry.</exception>
    public static string Of(SubmitRequest request)
    {
        var text = new StringBuilder();
        bool isGrid = (request.Shared["JobUniverse"] ?? request.Procs[0]["JobUniverse"])?.AsInteger() == GridUniverse;
        text.Append(isGrid ? "universe = grid\ngrid_resource = batch\n" : "universe = vanilla\n");
        text.Append("executable = /bin/true\ntransfer_executable = false\nskip_filechecks = true\n");
        string[] own = [.. request.Procs.SelectMany(proc => proc.Select(pair => pair.Key)).Distinct(StringComparer.OrdinalIgnoreCase)];
        foreach (string name in TrueUnlessSaid)
        {
            if (request.Shared[name] is null && !own.Contains(name, StringComparer.OrdinalIgnoreCase))
                Line(text, "MY." + name, "true");
        }

        foreach ((string name, ClassAdExpression value) in request.Shared)
        {
            if (!own.Contains(name, StringComparer.OrdinalIgnoreCase))
                Line(text, "MY." + name, Value(name, value));
        }

        foreach (string name in own)
            AddOwn(text, name, request);
        return text.Append(CultureInfo.InvariantCulture, $"queue {request.Procs.Count}\n").ToString();
    }

    private static void AddOwn(StringBuilder text, string name, SubmitRequest request)
    {
        string[] values =
            [.. request.Procs.Select(proc => (proc[name] ?? request.Shared[name]) is { } value ? Value(name, value) : "undefined")];
        if (values.All(value => value == values[0]))
        {
            Line(text, "MY." + name, values[0]);
            return;
        }

        for (int proc = 0; proc < values.Length; proc++)
            Line(text, string.Create(CultureInfo.InvariantCulture, $"proc{proc}_{name}"), values[proc]);
        Line(text, "MY." + name, $"$(proc$(Process)_{name})");
    }

    private static void Line(StringBuilder text, string name, string value) => text.Append(name).Append(" = ").Append(value).Append('\n');

    private static string Value(string name, ClassAdExpression value)
    {
        ScheddArguments.Names([name]);
        if (value.Problem is { } problem)
            throw new HTCondorException(ToolErrors.Refused($"{name}: {problem}"));
        string text = value.Text;
        if (!text.Contains('$', StringComparison.Ordinal))
            return text;
        if (text.Contains("$$(", StringComparison.Ordinal)
            || text.Contains("$$[", StringComparison.Ordinal)
            || text.Contains("$$$", StringComparison.Ordinal))
            throw new HTCondorException(ToolErrors.Refused($"{name}: '$$(', '$$[' or three dollar signs in a row"));
        return string.Join("$$", text.Split("$$").Select(part => part.Replace("$", "$(DOLLAR)", StringComparison.Ordinal)));
    }
}
