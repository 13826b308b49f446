using System.Globalization;
using System.IO.Enumeration;

namespace Scailfin.JobWrapper.Sites;

/// <summary>The resources of steps by their name, for workflow engines that cannot request them.</summary>
/// <param name="Pattern">A pattern for the step's name, with <c>*</c> and <c>?</c>; case matters.</param>
/// <param name="Resources">The resources of such a step if its request names none.</param>
public sealed record JobRule(string Pattern, JobResources Resources)
{
    /// <summary>The form that <see cref="Parse"/> accepts, for messages.</summary>
    public const string Form = "PATTERN: followed by any of cpus=N memory=NGB disk=NGB gpus=N nodes=N tasks=N time=SECONDS";

    private static readonly (string Suffix, long Bytes)[] Units =
    [
        ("KB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30), ("TB", 1L << 40),
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
    ];

    public bool Matches(string jobName) => FileSystemName.MatchesSimpleExpression(Pattern, jobName, ignoreCase: false);

    /// <summary>Parses a rule; null if the text is not a rule. Units are powers of 1024, as in HTCondor and Slurm.</summary>
    public static JobRule? Parse(string text)
    {
        int colon = text.LastIndexOf(": ", StringComparison.Ordinal);
        if (colon <= 0)
            return null;
        JobResources? resources = new();
        foreach (string setting in text[(colon + 2)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            resources = resources is not null && setting.Split('=') is [var name, var value] ? With(resources, name, value) : null;
        }

        return resources is null || resources == new JobResources() ? null : new JobRule(text[..colon], resources);
    }

    private static JobResources? With(JobResources resources, string name, string value) => name switch
    {
        "cpus" when Count(value) is >= 1 and var count => resources with { Cpus = count },
        "gpus" when Count(value) is { } count => resources with { Gpus = count },
        "nodes" when Count(value) is >= 1 and var count => resources with { Nodes = count },
        "tasks" when Count(value) is >= 1 and var count => resources with { Tasks = count },
        "time" when Count(value) is >= 1 and var count => resources with { Time = TimeSpan.FromSeconds(count) },
        "memory" when Bytes(value) is { } bytes => resources with { Memory = bytes },
        "disk" when Bytes(value) is { } bytes => resources with { Disk = bytes },
        _ => null,
    };

    private static int? Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static long? Bytes(string text)
    {
        (string suffix, long unit) = Units.FirstOrDefault(unit => text.EndsWith(unit.Suffix, StringComparison.Ordinal));
        return suffix is not null && long.TryParse(text[..^suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            && count is > 0 and <= 1L << 20
            ? count * unit
            : null;
    }
}
