using System.Diagnostics;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Batch.Options;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;
using Scailfin.Testing.Faults;

namespace Scailfin.JobManagers.Batch.Tests.Faults;

/// <summary>The engine over the toy scheduler, in a folder beneath which the calls of this process on files can fail.</summary>
internal sealed class FaultBench : IDisposable
{
    /// <summary>What a step of <see cref="NewAttempt"/> does to its workspace.</summary>
    public const string Work = "cat in; mkdir d; cp in d/f; ln -s f d/l; echo mine >shared";

    private readonly string _root;
    private readonly Dictionary<JobId, string> _marks = [];

    public FaultBench(string root, StagingMode staging)
    {
        _root = root;
        Options = new BatchOptions
        {
            SubmitsPerSecond = 1000,
            Poll = TimeSpan.FromMilliseconds(50),
            Profile = new SiteProfile { Runtimes = ["none"], Staging = staging, StopGrace = TimeSpan.FromSeconds(1), Scratch = ["/tmp"] },
        };
        Manager = NewManager();
    }

    public ShiftedTime Time { get; } = new();

    public ToyScheduler Scheduler { get; } = new();

    public BatchOptions Options { get; }

    public ToyJobManager Manager { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Runs a test for each staging, in a process of its own under the injector.</summary>
    public static async Task UnderFaultsAsync(Func<FaultBench, FaultInjector, Task> test)
    {
        if (!InjectedTest.IsHere)
        {
            await InjectedTest.RunAsync();
            return;
        }

        (FaultInjector injector, string root) = InjectedTest.Here();
        using (injector)
        {
            foreach (StagingMode staging in (StagingMode[])[StagingMode.Shared, StagingMode.Transfer])
            {
                using var bench = new FaultBench(Path.Combine(root, $"{staging}"), staging);
                await test(bench, injector);
                Figures.Add(
                    $"{TestContext.Current.TestMethod?.MethodName}, {staging}: {injector.Met} places met, {injector.Faults} faults");
            }
        }
    }

    /// <summary>A manager on the same scheduler, as the service makes one when it starts.</summary>
    public ToyJobManager NewManager() => new(Scheduler, Options, Time);

    /// <summary>A job with a workspace of its own, whose step marks that it ran.</summary>
    public Attempt NewAttempt(string command = Work)
    {
        string name = $"{Guid.NewGuid():N}";
        string workspace = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        File.WriteAllText(Path.Combine(workspace, "in"), "input\n");
        File.WriteAllText(Path.Combine(workspace, "shared"), "before\n");
        string mark = Path.Combine(Directory.CreateDirectory(Path.Combine(_root, "marks")).FullName, name);
        JobSpec spec = Specs.Valid($"echo ran >>'{mark}'; {command}", "toy") with { WorkflowWorkspace = workspace, DockerImage = "" };
        Attempt attempt = Specs.NewAttempt(spec);
        _marks[attempt.JobId] = mark;
        return attempt;
    }

    /// <summary>The number of times that the step ran.</summary>
    public int Runs(Attempt attempt) => File.Exists(_marks[attempt.JobId]) ? File.ReadAllLines(_marks[attempt.JobId]).Length : 0;

    public async Task<Attempt> SubmitAsync(string command = Work)
    {
        Attempt attempt = NewAttempt(command);
        var accepted = Assert.IsType<Submission.Accepted>(await Manager.SubmitAsync(attempt, Cancellation));
        return attempt with { Handle = accepted.Handle };
    }

    /// <summary>Submits a job until it is accepted or rejected; certain absence comes with time.</summary>
    public async Task<Submission> UntilDecidedAsync(Attempt attempt)
    {
        for (int tries = 0; tries < 4; tries++)
        {
            Submission submission = await Manager.SubmitAsync(attempt, Cancellation);
            if (submission is Submission.Accepted or Submission.Rejected)
                return submission;
            Time.Shift += Options.CallDeadline * 2;
        }

        throw new InvalidOperationException("The job is neither accepted nor rejected.");
    }

    /// <summary>A job whose scheduler has reported its end, and of which nothing was collected.</summary>
    public async Task<(Attempt Attempt, AttemptEnd End)> EndedAsync(string command = Work)
    {
        Attempt attempt = await SubmitAsync(command);
        return (attempt, await EndOfAsync(attempt));
    }

    public async Task<AttemptEnd> EndOfAsync(Attempt attempt)
    {
        Observation seen = await Eventually.ValueAsync(
            async () => await LookAsync(attempt) is { Phase: ObservedPhase.Ended } ended ? ended : null, "the attempt ends");
        return seen.End!;
    }

    public async Task<Observation> LookAsync(Attempt attempt) => Assert.Single(await Manager.ObserveAsync([attempt], Cancellation));

    public async Task<Finding> FindAsync(Attempt attempt) => Assert.Single(await Manager.FindAsync([attempt], Cancellation));

    /// <summary>The same attempt in a copy of its workspace.</summary>
    public Attempt CopyOf(Attempt attempt)
    {
        string copy = Path.Combine(_root, $"{Guid.NewGuid():N}");
        using Process process = Process.Start("cp", ["-a", attempt.Spec.WorkflowWorkspace, copy]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return attempt with { Spec = attempt.Spec with { WorkflowWorkspace = copy } };
    }

    /// <summary>What the workspace holds beside the attempt's own files.</summary>
    public static string PictureOf(Attempt attempt)
    {
        string workspace = attempt.Spec.WorkflowWorkspace;
        string own = new AttemptPlace(attempt).Directory;
        return string.Join('\n', Directory.EnumerateFiles(workspace, "*", SearchOption.AllDirectories)
            .Where(file => !file.StartsWith(own, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetRelativePath(workspace, file)}: {new FileInfo(file).LinkTarget ?? File.ReadAllText(file)}"));
    }

    public void Dispose()
    {
        Manager.Dispose();
        Scheduler.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
