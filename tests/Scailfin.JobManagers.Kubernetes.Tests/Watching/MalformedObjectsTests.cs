using System.Collections.Concurrent;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Tests.Watching;

/// <summary>An object that cannot be read is named once, and affects only its own job.</summary>
public sealed class MalformedObjectsTests
{
    private const int GoodJobs = 100;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("pods", false)]
    [InlineData("pods", true)]
    [InlineData("jobs", false)]
    [InlineData("jobs", true)]
    public async Task Bad_objects_among_good_ones_are_named_once_and_delay_no_other_job(string type, bool isListed)
    {
        IReadOnlyList<(string Path, string Json)> kinds = type == "pods" ? MalformedObjects.Pods : MalformedObjects.Jobs;
        Assert.InRange(kinds.Count, 40, 200);
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        var spoilt = new ConcurrentDictionary<string, (string Path, string Json)>(StringComparer.Ordinal);
        bench.Server.Store.Spoilt = stored => stored.Type.Plural == type && spoilt.TryGetValue(JobOf(stored), out var kind)
            ? MalformedObjects.Spoil(stored, kind)
            : null;
        var warnings = new KeptLog();
        KubernetesJobManager manager = bench.NewManager(logger: isListed ? null : warnings);
        List<Attempt> bad = [.. kinds.Select(kind => Prepare(kind))];
        List<Attempt> good =
            [.. MalformedObjects.Good.Select(kind => Prepare(kind)), .. Enumerable.Range(0, GoodJobs).Select(_ => Prepare(null))];
        foreach (Attempt attempt in bad.Concat(good).OrderBy(attempt => attempt.JobId.Value))
            Assert.IsType<Submission.Accepted>(await manager.SubmitAsync(attempt, Cancellation));
        if (isListed)
        {
            await manager.DisposeAsync();
            await bench.Server.SettledAsync();
            manager = bench.NewManager(logger: warnings);
        }

        await EndAllAsync(manager, good);
        IReadOnlyList<AttemptEnd> ends = await EndAllAsync(manager, bad);
        Assert.All(ends, end => Assert.Equal(EndClass.Succeeded, end.Class));
        if (type == "pods")
            Assert.Contains(ends, end => end.Evidence.Text.Contains(
                "cannot be read (its field 'metadata.creationTimestamp' is \"0000-01-01T00:00:00Z\")", StringComparison.Ordinal));
        string singular = type == "pods" ? "pod" : "Job";
        await Eventually.TrueAsync(() => Named(warnings).Length >= kinds.Count, "each bad object is named", () => Named(warnings).Length);
        string[] named = Named(warnings);
        Assert.All(named, line => Assert.StartsWith($"Kubernetes' {singular} ", line, StringComparison.Ordinal));
        Assert.Equal(named.Order(StringComparer.Ordinal), named.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.True(kinds.Count == named.Length, string.Join("\n", named));
        Assert.DoesNotContain(warnings.Lines, line => line.Contains("failed and is started again", StringComparison.Ordinal));

        Attempt Prepare((string Path, string Json)? kind)
        {
            Attempt attempt = Specs.NewAttempt(KubernetesBench.Spec());
            if (kind is { } one)
                spoilt[KubernetesBench.NameOf(attempt)] = one;
            return attempt;
        }
    }

    private static async Task<IReadOnlyList<AttemptEnd>> EndAllAsync(KubernetesJobManager manager, IReadOnlyList<Attempt> attempts)
    {
        var ends = new Dictionary<JobId, AttemptEnd>();
        await Eventually.TrueAsync(
            async () =>
            {
                foreach (Observation observation in await manager.ObserveAsync(attempts, Cancellation))
                {
                    if (observation.End is { } end)
                        ends.TryAdd(observation.JobId, end);
                }

                return ends.Count == attempts.Count;
            },
            "all attempts end",
            () => ends.Count);
        return [.. attempts.Select(attempt => ends[attempt.JobId])];
    }

    private static string JobOf(StoredObject stored) => stored.Labels.GetValueOrDefault("job-name") ?? stored.Name;

    private static string[] Named(KeptLog warnings) =>
        [.. warnings.Lines.Where(line => line.Contains("cannot be read and is skipped", StringComparison.Ordinal))];
}
