using System.Text;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Logs;

/// <summary>A job's log as REANA shows it (contract C.13): each container with its output and how it ended; init containers last.</summary>
internal static class JobLogText
{
    /// <summary>The header before the output of the step.</summary>
    public const string MainHeader = $"{Names.MainContainer}: :\n ";

    /// <param name="pod">The pod as it was seen last.</param>
    /// <param name="logs">The output of each container by its name; missing or null if there is none.</param>
    public static string Compose(PodObject pod, IReadOnlyDictionary<string, string?> logs)
    {
        var text = new StringBuilder();
        foreach (ContainerStatus container in Containers(pod))
        {
            if (container is { Waiting: { } waiting })
            {
                text.Append("Container ").Append(container.Name).Append(" failed, error: ").Append(Error(waiting)).Append('\n');
                continue;
            }

            text.Append(container.Name).Append(": :\n ").Append(logs.GetValueOrDefault(container.Name) ?? Missing(container))
                .Append('\n');
            if (container.Terminated is { } ended)
                text.Append('\n').Append(ended.Reason).Append('\n');
        }

        return text.ToString().Replace('\0', '\uFFFD');
    }

    /// <summary>Each container that has run has a log; if the log was not read, a line says so.</summary>
    private static string Missing(ContainerStatus container) => container switch
    {
        { Terminated.IsInvented: true } => MissingLog.Line("Kubernetes has no log of this container."),
        { HasRun: true } => MissingLog.Line("The log is missing: the pod was gone before its log could be read."),
        _ => "",
    };

    private static string Error(ContainerWaiting waiting) => (waiting.Message, waiting.Reason) switch
    {
        ({ Length: > 0 } message, _) => message,
        (_, { Length: > 0 } reason) => $"the container was not started ({reason})",
        _ => "the container was not started; Kubernetes gives no reason",
    };

    /// <summary>Returns the containers in the order of the log's text.</summary>
    public static IEnumerable<ContainerStatus> Containers(PodObject pod) =>
        (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []);
}
