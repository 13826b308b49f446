using System.Globalization;
using System.Text;
using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Local.Accounts;
using Scailfin.JobWrapper;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Local.Tests;

/// <summary>A manager with a directory and a workspace of its own; at its end nothing of it is left, not even a process.</summary>
internal sealed class LocalBench : IDisposable
{
    private readonly string _root;

    /// <param name="root">The folder of this bench; a new one if it is null.</param>
    public LocalBench(string? root = null)
    {
        _root = root ?? Directory.CreateTempSubdirectory("scailfin-local-").FullName;
        Workspace = Directory.CreateDirectory(Path.Combine(_root, "workspace")).FullName;
        Attempts = Path.Combine(_root, "attempts");
        Options = new LocalOptions { Profile = new SiteProfile { Runtimes = ["none"], StopGrace = TimeSpan.FromSeconds(1) } };
    }

    public string Workspace { get; }

    public string Attempts { get; }

    public LocalOptions Options { get; set; }

    /// <summary>The logins of the jobs' owners.</summary>
    public UserAccounts Accounts { get; set; } = UserAccounts.None;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A number that stands on the command line of one test's <c>sleep</c> and nowhere else.</summary>
    public static string UniqueSeconds() => $"1000.{Random.Shared.NextInt64(1_000_000_000_000, 10_000_000_000_000)}";

    /// <summary>Live processes with that text on their command line, whatever the manager thinks of them.</summary>
    public static List<int> Having(string text) => [.. Processes().Where(pid => CommandLine(pid).Contains(text, StringComparison.Ordinal))];

    /// <summary>The command lines of this machine.</summary>
    public static List<string> CommandLines() => [.. Processes().Select(CommandLine)];

    /// <summary>The id of this process's user, as the owner of a file that it makes.</summary>
    public static uint OwnUser { get; } = uint.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1],
        CultureInfo.InvariantCulture);

    /// <summary>As whom steps run.</summary>
    public StepUsers StepUsers => new(Path.Combine(_root, "not-there-yet", "step-users"), Accounts);

    /// <summary>A manager on the bench's directory, as the service makes one when it starts.</summary>
    public LocalJobManager NewManager() => new(Attempts, Options, new WorkspacePath([_root]), StepUsers, TimeProvider.System);

    public WrapperFiles FilesOf(Attempt attempt) => new(Path.Combine(Attempts, attempt.Identity));

    public JobSpec Spec(string command) => Specs.Valid(command, "local") with { WorkflowWorkspace = Workspace, DockerImage = "" };

    public string InWorkspace(string name) => Path.Combine(Workspace, name);

    public async Task<Attempt> SubmitAsync(JobSpec spec)
    {
        Attempt attempt = Specs.NewAttempt(spec);
        var accepted = Assert.IsType<Submission.Accepted>(await NewManager().SubmitAsync(attempt, Cancellation));
        return attempt with { Handle = accepted.Handle };
    }

    public Task<Attempt> SubmitAsync(string command) => SubmitAsync(Spec(command));

    public async Task<Observation> ObserveAsync(Attempt attempt) =>
        Assert.Single(await NewManager().ObserveAsync([attempt], Cancellation));

    public async Task<AttemptEnd> EndAsync(Attempt attempt) => (await ManagerDriver.EndAsync(NewManager, attempt)).End!;

    public async Task<string> LogsAsync(Attempt attempt) => (await NewManager().CollectAsync(attempt, end: null, Cancellation)).Logs;

    /// <summary>Runs a step to its end; its log.</summary>
    public async Task<string> RunAsync(JobSpec spec)
    {
        Attempt attempt = await SubmitAsync(spec);
        AttemptEnd end = await EndAsync(attempt);
        string logs = await LogsAsync(attempt);
        Assert.True(
            end.Class == EndClass.Succeeded,
            $"{end.Evidence.Text}\n{logs}\n{await File.ReadAllTextAsync(FilesOf(attempt).Complaints, Cancellation)}");
        return logs;
    }

    public Task StopAsync(Attempt attempt) => NewManager().StopAsync(attempt, Cancellation);

    public Task FileAsync(string name) => Eventually.TrueAsync(() => File.Exists(InWorkspace(name)), $"the step makes '{name}'");

    public static Task GoneAsync(string text) => Eventually.TrueAsync(() => Having(text).Count == 0, "nothing of the step is alive");

    public void Dispose()
    {
        if (Directory.Exists(Attempts))
        {
            foreach (string attempt in Directory.GetDirectories(Attempts))
                ProcessTable.KillAttempt(Path.GetFileName(attempt));
        }

        Directory.Delete(_root, recursive: true);
    }

    private static IEnumerable<int> Processes() =>
        from entry in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(entry)
        where name.All(char.IsAsciiDigit)
        select int.Parse(name, CultureInfo.InvariantCulture);

    private static string CommandLine(int pid)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/cmdline"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
