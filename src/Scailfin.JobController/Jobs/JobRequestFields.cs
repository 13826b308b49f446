using System.Globalization;
using Scailfin.Core.JobManagers;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>
/// The fields of a job request (contract A.4): those that the model understands, those that the kinds of job managers declare, and those
/// that REANA's clients may send for a backend that no kind is for yet.
/// </summary>
internal sealed class JobRequestFields
{
    public const string Timeout = "kubernetes_job_timeout";

    /// <summary>Not in a release of REANA yet; clients that know it will send it (contract J).</summary>
    public const string SecretNames = "secret_names";

    private static readonly RequestField[] Model =
    [
        new("job_name", RequestFieldType.Text),
        new("workflow_workspace", RequestFieldType.Text),
        new("workflow_uuid", RequestFieldType.Text),
        new("docker_img", RequestFieldType.Text),
        new("cmd", RequestFieldType.Text),
        new("prettified_cmd", RequestFieldType.Text),
        new("cvmfs_mounts", RequestFieldType.Text),
        new("env_vars", RequestFieldType.Mapping),
        new("shared_file_system", RequestFieldType.Flag),
        new("compute_backend", RequestFieldType.Text),
        new(Timeout, RequestFieldType.Number),
    ];

    private static readonly RequestField[] OfNoKind =
    [
        new("slurm_partition", RequestFieldType.Text),
        new("slurm_time", RequestFieldType.Text),
        new("c4p_cpu_cores", RequestFieldType.Text),
        new("c4p_memory_limit", RequestFieldType.Text),
        new("c4p_additional_requirements", RequestFieldType.Text),
        new(SecretNames, RequestFieldType.List),
    ];

    /// <param name="ofKinds">What the kinds of job managers declare.</param>
    public JobRequestFields(IEnumerable<RequestField> ofKinds)
    {
        Known = Model.Concat(ofKinds).Concat(OfNoKind).ToDictionary(field => field.Name, StringComparer.Ordinal);
    }

    public static IReadOnlyList<string> Required { get; } = ["job_name", "workflow_workspace", "workflow_uuid", "docker_img"];

    /// <summary>Fields with a property in the model; the others are stored in its bag of backend fields.</summary>
    public static IReadOnlySet<string> OfTheModel { get; } = Model.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Every field that may be sent.</summary>
    public IReadOnlyDictionary<string, RequestField> Known { get; }

    /// <summary>Fields that a workflow's file may set for a step.</summary>
    public IReadOnlyList<RequestField> OfSteps =>
    [
        .. Known.Values.Where(one => !OfTheModel.Contains(one.Name) && one.Type != RequestFieldType.List),
        Known["compute_backend"],
        Known[Timeout],
    ];

    /// <summary>Checks a field's text by the field's rule: the problem, or null. An empty text is not checked.</summary>
    public string? Problem(string name, string value) =>
        value.Length > 0 && Known.TryGetValue(name, out RequestField? field) && field.Rule is { } rule && !rule.IsKept(value)
            ? string.Format(CultureInfo.InvariantCulture, rule.Message, name, PythonText.Represent(value))
            : null;
}
