using System.Text.RegularExpressions;
using Scailfin.Core.Lifecycle;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Hosting;

/// <summary>Selects the jobs of the store that the service drives (design, sections 4.7 and 4.8).</summary>
internal static partial class ServiceScope
{
    /// <summary>
    /// Standalone: all of them. A sidecar: those of its workflow, named by its pod's label, by the environment or by the pod's name.
    /// </summary>
    public static SupervisorOptions Of(ServiceSettings settings) => new()
    {
        OneWorkflow = settings.Mode == ServiceMode.Sidecar,
        Workflow = settings.Mode == ServiceMode.Sidecar ? settings.Workflow ?? WorkflowOf(settings.PodName) : null,
        Retention = settings.Mode == ServiceMode.Standalone ? settings.Retention : null,
        LargestLog = settings.Requests.Limits.Log,
    };

    /// <summary>
    /// A sidecar's client may wait for as long as it likes: it would take an error for the end of the workflow (contract B.2).
    /// </summary>
    public static JobServiceOptions Bounds(ServiceSettings settings) =>
        settings.Mode == ServiceMode.Sidecar ? new JobServiceOptions { LoadingBound = null } : new JobServiceOptions();

    /// <summary>
    /// REANA names the run-batch Job after its workflow, and Kubernetes the pod after the Job; the rest of the name is the operator's.
    /// </summary>
    public static Guid? WorkflowOf(string podName) => Uuid().Match(podName) is { Success: true } match ? Guid.Parse(match.ValueSpan) : null;

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Uuid();
}
