using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes.Controllers;

namespace Scailfin.JobManagers.Kubernetes.Tests.Explaining;

/// <summary>What is explained where events may be read; where not, see <see cref="RoleTests"/>.</summary>
public sealed class ExplainTests
{
    private static readonly Dictionary<string, (PodLife Life, string Sentence)> Cases = new()
    {
        ["no node"] = (PodLife.Unschedulable(), "Kubernetes says (FailedScheduling): 0/1 nodes are available: 1 Insufficient memory."),
        ["quota"] = (PodLife.Refused(), "Kubernetes says (FailedCreate): Error creating: pods"),
        ["volume"] = (PodLife.NeverCreated(), "Kubernetes says (FailedMount): MountVolume.SetUp failed for volume"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_keeps_a_job_waiting_is_said_in_Kubernetes_words(string name)
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(manager, life: Cases[name].Life);
        IReadOnlyList<string> explained = [];
        await Eventually.TrueAsync(
            async () =>
            {
                explained = await manager.ExplainAsync(attempt, TestContext.Current.CancellationToken);
                return explained.Any(sentence => sentence.StartsWith(Cases[name].Sentence, StringComparison.Ordinal));
            },
            "it is explained");
        Assert.StartsWith($"Job {KubernetesBench.NameOf(attempt)}", explained[0], StringComparison.Ordinal);
        Assert.All(explained, sentence => Assert.DoesNotContain('\n', sentence));
    }
}
