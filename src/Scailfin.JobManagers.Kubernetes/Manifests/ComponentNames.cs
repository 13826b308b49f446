using System.Globalization;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>Names of objects by REANA's naming scheme (contract C.1, C.4). The name of a Job is the lock of its attempt.</summary>
internal sealed class ComponentNames(KubernetesOptions options)
{
    /// <summary>A Job's name becomes the value of a label, which has at most so many characters.</summary>
    public const int Longest = 63;

    /// <summary>
    /// REANA's <c>backend_job_id</c>: of the job id itself for the first attempt, of one that follows from id and number for the others.
    /// </summary>
    public string Job(JobId job, int attempt) =>
        Of(
            "run-job",
            (attempt == 1 ? job.Value : NameBasedUuid.Of(job.Value, attempt.ToString(CultureInfo.InvariantCulture))).ToString("D"));

    /// <summary>
    /// The object that the backend has the attempt under: the stored one, which upstream may have made, or the computed one.
    /// </summary>
    public string Of(Attempt attempt) => attempt.Handle?.Id ?? Job(attempt.JobId, attempt.Number);

    /// <summary>The Secret with a user's secrets.</summary>
    public string UserSecrets(string user) => Of("secretsstore", user);

    /// <summary>The Job that a workflow's engine and sidecar run in.</summary>
    public string RunBatch(string workflow) => Of("run-batch", workflow);

    private string Of(string type, string id) => options.NamingScheme
        .Replace("{prefix}", options.ComponentPrefix, StringComparison.Ordinal)
        .Replace("{component_type}", type, StringComparison.Ordinal)
        .Replace("{id}", id, StringComparison.Ordinal);
}
