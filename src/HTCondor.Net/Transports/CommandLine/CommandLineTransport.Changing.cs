using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;

namespace HTCondor.Net.Transports.CommandLine;

public sealed partial class CommandLineTransport
{
    /// <summary>The most jobs in one command; the operating system bounds its length.</summary>
    private const int MaxJobsOfACommand = 1000;

    /// <inheritdoc/>
    /// <remarks>The tools give no result per job for a constraint: the jobs are queried first, and the action applies to those.</remarks>
    public async Task<IReadOnlyList<JobActionResult>> ActAsync(
        ScheddLocation schedd, JobAction action, JobSelection jobs, string reason, CallOptions options, CancellationToken cancellationToken)
    {
        CallDeadline deadline = Deadline(options);
        await RefuseRootAsync(deadline, cancellationToken);
        IReadOnlyList<JobKey> ids =
            jobs.Constraint is null ? jobs.Jobs : await MatchingAsync(schedd, jobs.Constraint, options, cancellationToken);
        (string tool, string[] flags) = Tool(action);
        if (action is not (JobAction.Vacate or JobAction.VacateFast) && reason.Length > 0)
            flags = [.. flags, "-reason", reason];
        var results = new List<JobActionResult>();
        foreach (JobKey[] some in ids.Distinct().Chunk(MaxJobsOfACommand))
        {
            string[] arguments = [.. ScheddArguments.Of(schedd, options), .. flags, .. some.Select(job => job.ToString())];
            ToolResult result = await _tools.RunAsync(tool, arguments, null, changes: true, deadline, cancellationToken);
            Dictionary<JobKey, JobActionOutcome> said = ActionOutput.Read($"{result.OutputText}\n{result.ErrorText}");
            if (result.ExitCode != 0 && !some.Any(said.ContainsKey))
                throw new HTCondorException(ToolErrors.Of(result) with { Ambiguous = results.Count > 0 });
            results.AddRange(some.Select(job => new JobActionResult(job, said.GetValueOrDefault(job, JobActionOutcome.Failed))));
        }

        return results;
    }

    /// <inheritdoc/>
    public async Task EditAsync(
        ScheddLocation schedd,
        JobSelection jobs,
        IReadOnlyList<KeyValuePair<string, ClassAdExpression>> attributes,
        CallOptions options,
        CancellationToken cancellationToken)
    {
        if (attributes.Count == 0)
            throw new HTCondorException(ToolErrors.Refused("an edit of no attribute"));
        string constraint = ScheddArguments.Text("the constraint", ScheddArguments.Constraint(jobs));
        CallDeadline deadline = Deadline(options);
        await RefuseRootAsync(deadline, cancellationToken);
        string[] edits =
            [.. attributes.Select(pair => $"{ScheddArguments.Names([pair.Key])}={ScheddArguments.Text(pair.Key, pair.Value)}")];
        await RunAsync(
            "condor_qedit",
            [.. ScheddArguments.Of(schedd, options), "-constraint", constraint, .. edits],
            null,
            changes: true,
            deadline,
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Nothing is left to do: condor_submit sent the files.</remarks>
    public Task SpoolAsync(ScheddLocation schedd, IReadOnlyList<ClassAd> jobs, CallOptions options, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <inheritdoc/>
    public async Task RetrieveAsync(ScheddLocation schedd, JobSelection jobs, CallOptions options, CancellationToken cancellationToken)
    {
        CallDeadline deadline = Deadline(options);
        await RefuseRootAsync(deadline, cancellationToken);
        string[] which = jobs.Constraint is { } constraint
            ? ["-constraint", ScheddArguments.Text("the constraint", constraint)]
            : [.. jobs.Jobs.Select(job => job.ToString())];
        await RunAsync(
            "condor_transfer_data", [.. ScheddArguments.Of(schedd, options), .. which], null, changes: false, deadline, cancellationToken);
    }

    private static (string Tool, string[] Flags) Tool(JobAction action) => action switch
    {
        JobAction.Hold => ("condor_hold", []),
        JobAction.Release => ("condor_release", []),
        JobAction.Remove => ("condor_rm", []),
        JobAction.RemoveForced => ("condor_rm", ["-forcex"]),
        JobAction.Vacate => ("condor_vacate_job", []),
        JobAction.VacateFast => ("condor_vacate_job", ["-fast"]),
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    private async Task<IReadOnlyList<JobKey>> MatchingAsync(
        ScheddLocation schedd, ClassAdExpression constraint, CallOptions options, CancellationToken cancellationToken)
    {
        var query = new JobQuery { Constraint = constraint, Projection = ["ClusterId", "ProcId"] };
        IReadOnlyList<ClassAd> ads = await QueryAsync(schedd, query, options, cancellationToken);
        return [.. ads.Select(ad => ad.Key).OfType<JobKey>()];
    }
}
