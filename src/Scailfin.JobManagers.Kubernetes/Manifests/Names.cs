namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>Labels, annotations and names that other programs rely on: REANA's, Kubernetes' and this service's.</summary>
internal static class Names
{
    /// <summary>Ours, on the Job: whose it is. A label would keep Kubernetes from copying the template's labels to the Job.</summary>
    public const string JobAnnotation = "scailfin/job";

    /// <summary>Ours, on a Job that only holds the name of an attempt that was stopped before it was submitted.</summary>
    public const string StoppedAnnotation = "scailfin/stopped";

    /// <summary>REANA's label on jobs: the workflow's UUID.</summary>
    public const string WorkflowLabel = "reana-run-job-workflow-uuid";

    /// <summary>REANA's label on jobs: the user's UUID.</summary>
    public const string UserLabel = "user-uuid";

    /// <summary>REANA's label on the Job of a workflow's engine: the workflow's UUID.</summary>
    public const string RunBatchLabel = "reana-run-batch-workflow-uuid";

    /// <summary>Kueue's label: the queue of a Job.</summary>
    public const string QueueLabel = "kueue.x-k8s.io/queue-name";

    /// <summary>Kubernetes' label on pods: the name of their Job.</summary>
    public const string JobNameLabel = "job-name";

    /// <summary>The container that runs the step.</summary>
    public const string MainContainer = "job";

    /// <summary>Fetches a Kerberos ticket.</summary>
    public const string KerberosInit = "krb5-init";

    /// <summary>Renews the Kerberos ticket.</summary>
    public const string KerberosRenew = "krb5-renew";

    /// <summary>Makes a VOMS proxy.</summary>
    public const string VomsProxy = "voms-proxy";

    /// <summary>Writes Rucio's configuration.</summary>
    public const string Rucio = "reana-auth-rucio";
}
