using Scailfin.JobManagers.Kubernetes.Logs;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Tests.Logs;

public sealed class JobLogTextTests
{
    [Theory]
    [InlineData("Back-off pulling", "ImagePullBackOff", "Back-off pulling")]
    [InlineData(null, "PodInitializing", "the container was not started (PodInitializing)")]
    [InlineData("", "ContainerCreating", "the container was not started (ContainerCreating)")]
    [InlineData("", "", "the container was not started; Kubernetes gives no reason")]
    [InlineData(null, null, "the container was not started; Kubernetes gives no reason")]
    public void A_container_that_never_started_has_a_line_that_says_why(string? message, string? reason, string expected) =>
        Assert.Equal($"Container job failed, error: {expected}\n", Compose(Waiting(message, reason)));

    private static string Compose(ContainerStatus container, params (string Container, string? Log)[] logs) => JobLogText.Compose(
        new PodObject { Status = new PodObjectStatus { ContainerStatuses = [container] } },
        logs.ToDictionary(log => log.Container, log => log.Log, StringComparer.Ordinal));

    private static ContainerStatus Waiting(string? message, string? reason) =>
        new() { Name = "job", State = new ContainerState { Waiting = new ContainerWaiting { Message = message, Reason = reason } } };
}
