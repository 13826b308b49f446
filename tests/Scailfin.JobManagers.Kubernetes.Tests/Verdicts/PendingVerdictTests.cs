using Microsoft.Extensions.Time.Testing;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.Verdicts;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Tests.Verdicts;

public sealed class PendingVerdictTests
{
    private const string Refused = "failed to pull and unpack image \"x\": failed to do request: dial tcp: connection refused";

    /// <summary>Older kubelets say only "Back-off pulling image", and show it most of the time.</summary>
    [Fact]
    public void A_back_off_keeps_the_registrys_answer()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        var view = new ClusterView(time);
        view.Await("j");
        view.Take(Pod("1", "ErrImagePull", Refused), deleted: false);
        view.Take(Pod("2", "ImagePullBackOff", "Back-off pulling image \"x\""), deleted: false);
        Assert.Contains("connection refused", Judge().Reason, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Contains("connection refused", Judge().GivenUp?.Evidence.Text, StringComparison.Ordinal);

        // The newest answer of the registry counts.
        view.Take(Pod("3", "ErrImagePull", "failed to do request: i/o timeout"), deleted: false);
        view.Take(Pod("4", "ImagePullBackOff", "Back-off pulling image \"x\""), deleted: false);
        Assert.Contains("i/o timeout", Judge().Reason, StringComparison.Ordinal);

        Judgement Judge() => Verdict.Of(
            new JobCase("j", view.Find("j"), StopAsked: false, TimeSpan.FromHours(1), new KubernetesPatience(), time.GetUtcNow()));
    }

    private static PodObject Pod(string version, string reason, string message) => new()
    {
        Metadata = new ObjectMetadata { Name = "j-1", Uid = "p", ResourceVersion = version, Labels = new ObjectLabels { JobName = "j" } },
        Spec = new PodObjectSpec { NodeName = "node1" },
        Status = new PodObjectStatus
        {
            Phase = "Pending",
            ContainerStatuses =
            [
                new ContainerStatus
                {
                    Name = "job",
                    State = new ContainerState { Waiting = new ContainerWaiting { Reason = reason, Message = message } },
                },
            ],
        },
    };
}
