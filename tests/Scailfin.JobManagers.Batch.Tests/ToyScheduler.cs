using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Scailfin.Core.Processes;

namespace Scailfin.JobManagers.Batch.Tests;

/// <summary>What the toy scheduler has of a job.</summary>
/// <param name="Number">In the order of submission.</param>
/// <param name="Process">Runs its script.</param>
internal sealed record ToyJob(int Number, Process Process)
{
    public bool WasRemoved { get; set; }
}

/// <summary>A scheduler as small as one can be: every job runs at once, as a process of this machine.</summary>
internal sealed class ToyScheduler : IDisposable
{
    private int _last;

    public ConcurrentDictionary<string, ToyJob> Jobs { get; } = new(StringComparer.Ordinal);

    public ToyJob Submit(string name, string script)
    {
        var start = new ProcessStartInfo("setsid", ["bash", script]) { WorkingDirectory = Path.GetDirectoryName(script)! };
        return Jobs[name] = new ToyJob(Interlocked.Increment(ref _last), Process.Start(start)!);
    }

    public async Task RemoveAsync(string name)
    {
        if (!Jobs.TryGetValue(name, out ToyJob? job) || job.Process.HasExited)
            return;
        job.WasRemoved = true;
        string id = job.Process.Id.ToString(CultureInfo.InvariantCulture);
        await new Command("kill", ["-TERM", id], TimeSpan.FromSeconds(30)).RunAsync(TimeProvider.System, CancellationToken.None);
    }

    public void Forget(string name)
    {
        if (Jobs.TryRemove(name, out ToyJob? job))
            End(job);
    }

    public void Dispose()
    {
        foreach (ToyJob job in Jobs.Values.Distinct())
            End(job);
    }

    private static void End(ToyJob job)
    {
        if (!job.Process.HasExited)
            job.Process.Kill(entireProcessTree: true);
        job.Process.Dispose();
    }
}
