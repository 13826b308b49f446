using System.Globalization;
using HTCondor.Net.ClassAds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobManagers.HTCondor.Requests;

/// <summary>The resources that a step requests: the request's own fields (contract A.4), then the site's rules for its name.</summary>
internal sealed record StepRequest
{
    public required JobResources Resources { get; init; }

    /// <summary>How long it may run by <c>htcondor_max_runtime</c>; null if that was not sent.</summary>
    public TimeSpan? MaxRuntime { get; init; }

    /// <summary>The site's name for that time; null if it was given in seconds.</summary>
    public string? Flavour { get; init; }

    public string? AccountingGroup { get; init; }

    public ClassAdExpression? Requirements { get; init; }

    /// <summary>Reads the fields; every problem is left in <paramref name="problems"/>.</summary>
    public static StepRequest Read(JobSpec spec, HTCondorOptions options, ICollection<SpecProblem> problems)
    {
        (TimeSpan? runtime, string? flavour) = RuntimeOf(spec, options, problems);
        var asked = new JobResources
        {
            Cpus = CpusOf(spec, problems),
            Memory = AmountOf(spec, HTCondorFields.Memory, defaultUnit: 20, problems),
            Disk = AmountOf(spec, HTCondorFields.Disk, defaultUnit: 10, problems),
        };
        JobResources resources = asked.Or(options.Profile.ResourcesOf(spec)).Or(options.DefaultResources);
        if (resources.Nodes > 1)
            problems.Add(new SpecProblem(
                "job_name",
                $"job_name: the site's rule for '{spec.JobName}' asks for {resources.Nodes} nodes, "
                    + "but a job of this backend runs on one."));
        return new StepRequest
        {
            Resources = resources,
            MaxRuntime = runtime,
            Flavour = flavour,
            AccountingGroup = GroupOf(spec, options, problems),
            Requirements = RequirementsOf(spec, problems),
        };
    }

    private static string? Field(JobSpec spec, string name) => spec.BackendFields.Text(name)?.Trim() is { Length: > 0 } text ? text : null;

    private static int? CpusOf(JobSpec spec, ICollection<SpecProblem> problems)
    {
        const string Name = HTCondorFields.Cpus;
        if (Field(spec, Name) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int cpus) && cpus is > 0 and <= 100_000)
            return cpus;
        problems.Add(new SpecProblem(Name, $"{Name} is '{text}', but must be a whole number from 1 to 100000."));
        return null;
    }

    private static long? AmountOf(JobSpec spec, string name, int defaultUnit, ICollection<SpecProblem> problems)
    {
        if (Field(spec, name) is not { } text)
            return null;
        if (Quantity.TryParse(text, defaultUnit, out long bytes))
            return bytes;
        problems.Add(new SpecProblem(
            name, $"{name} is '{text}', but must be a positive whole number with K, KB, M, MB, G, GB, T, TB or no unit, of at most 1 PB."));
        return null;
    }

    private static (TimeSpan? Time, string? Flavour) RuntimeOf(JobSpec spec, HTCondorOptions options, ICollection<SpecProblem> problems)
    {
        const string Name = HTCondorFields.MaxRuntime;
        if (Field(spec, Name) is not { } text)
            return (null, null);
        if (options.Flavours.TryGetValue(text, out TimeSpan time))
            return (time, text);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0)
            return (TimeSpan.FromSeconds(seconds), null);
        if (options.MaxRuntimeOtherwise is { } otherwise)
            return (otherwise, null);
        string names = options.Flavours.Count == 0 ? "" : $", or one of: {string.Join(", ", options.Flavours.Keys)}";
        problems.Add(new SpecProblem(Name, $"{Name} is '{text}', but must be a number of seconds above zero{names}."));
        return (null, null);
    }

    private static string? GroupOf(JobSpec spec, HTCondorOptions options, ICollection<SpecProblem> problems)
    {
        const string Name = HTCondorFields.AccountingGroup;
        if (Field(spec, Name) is not { } text)
            return options.AccountingGroup;
        if (!HTCondorOptions.IsAccountingGroup(text))
            problems.Add(new SpecProblem(Name, $"{Name} is '{text}', but must be {HTCondorOptions.AccountingGroupRule}."));
        else if (options.AccountingGroups.Count > 0 && !options.AccountingGroups.Contains(text))
            problems.Add(new SpecProblem(
                Name, $"{Name} is '{text}', but this site allows only: {string.Join(", ", options.AccountingGroups)}.", Forbidden: true));
        else
            return text;
        return null;
    }

    private static ClassAdExpression? RequirementsOf(JobSpec spec, ICollection<SpecProblem> problems)
    {
        const string Name = HTCondorFields.Requirements;
        if (Field(spec, Name) is not { } text)
            return null;
        if (ClassAdExpression.TryParse(text, out ClassAdExpression? expression, out string? problem))
            return expression;
        problems.Add(new SpecProblem(Name, $"{Name} is not a valid ClassAd expression: {problem}"));
        return null;
    }
}
