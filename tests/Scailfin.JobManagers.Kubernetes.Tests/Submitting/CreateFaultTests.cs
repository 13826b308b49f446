using System.Globalization;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes.Http;

namespace Scailfin.JobManagers.Kubernetes.Tests.Submitting;

/// <summary>
/// Whatever is lost around a create, and whoever asks again: one Job, one pod. A seed is replayed with SCAILFIN_TEST_SEED.
/// </summary>
public sealed class CreateFaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => Environment.GetEnvironmentVariable("SCAILFIN_TEST_SEED") is { Length: > 0 } seed
        ? [int.Parse(seed, CultureInfo.InvariantCulture)]
        : [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task There_is_one_job_for_each_attempt(int seed)
    {
        var random = new Random(seed);
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        Attempt[] attempts = [.. Enumerable.Range(0, 6).Select(_ => Specs.NewAttempt(KubernetesBench.Spec()))];
        Attempt[] owed = attempts;
        for (int round = 0; owed.Length > 0; round++)
        {
            // Every round is a service that was killed after the one before it.
            KubernetesJobManager manager = bench.NewManager();
            if (round < 6)
                Spoil(bench, random);
            var left = new List<Attempt>();
            foreach (Attempt attempt in owed)
            {
                if (!await TrySubmitAsync(manager, attempt, random))
                    left.Add(attempt);
            }

            owed = [.. left];
        }

        KubernetesJobManager last = bench.NewManager();
        foreach (Attempt attempt in attempts)
        {
            Assert.Equal(EndClass.Succeeded, (await KubernetesBench.EndAsync(last, attempt)).Class);
            Assert.Equal(1, bench.PodsOf(attempt));
        }
    }

    private static void Spoil(KubernetesBench bench, Random random)
    {
        int times = random.Next(1, 4);
        switch (random.Next(5))
        {
            case 0:
                bench.Server.Faults.LoseAnswer(IsCreate, times);
                break;
            case 1:
                bench.Server.Faults.LoseRequest(IsCreate, times);
                break;
            case 2:
                bench.Server.Faults.CutAnswer(IsCreate, times);
                break;
            case 3:
                bench.Server.Faults.Refuse(IsCreate, new ApiFailure(500, "InternalError", "etcdserver: request timed out"), times);
                break;
        }
    }

    /// <summary>False where the service dies before it knows.</summary>
    private static async Task<bool> TrySubmitAsync(KubernetesJobManager manager, Attempt attempt, Random random)
    {
        if (await manager.SubmitAsync(attempt, Cancellation) is Submission.Accepted)
            return true;
        if (random.Next(2) == 0)
            return false;
        return Assert.Single(await manager.FindAsync([attempt], Cancellation)) is Finding.Found
            || await manager.SubmitAsync(attempt, Cancellation) is Submission.Accepted;
    }

    private static bool IsCreate(ApiRequest request) => request is { Verb: "create", Resource: "jobs" };
}
