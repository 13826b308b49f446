namespace Scailfin.JobController.Jobs;

/// <summary>What kind of value a field takes.</summary>
internal enum FieldType
{
    Text,
    Flag,
    Number,
    Mapping,
    List,
}

/// <summary>The fields of a job request (contract A.4), and which of them only some backends understand.</summary>
internal static class JobRequestFields
{
    public const string Timeout = "kubernetes_job_timeout";

    /// <summary>Not in a release of REANA yet; clients that know it will send it (contract J).</summary>
    public const string SecretNames = "secret_names";

    public static IReadOnlyList<string> Required { get; } = ["job_name", "workflow_workspace", "workflow_uuid", "docker_img"];

    /// <summary>Every field that may be sent, with its type.</summary>
    public static IReadOnlyDictionary<string, FieldType> Known { get; } = new Dictionary<string, FieldType>(StringComparer.Ordinal)
    {
        ["job_name"] = FieldType.Text,
        ["workflow_workspace"] = FieldType.Text,
        ["workflow_uuid"] = FieldType.Text,
        ["docker_img"] = FieldType.Text,
        ["cmd"] = FieldType.Text,
        ["prettified_cmd"] = FieldType.Text,
        ["cvmfs_mounts"] = FieldType.Text,
        ["env_vars"] = FieldType.Mapping,
        ["shared_file_system"] = FieldType.Flag,
        ["compute_backend"] = FieldType.Text,
        [Timeout] = FieldType.Number,
        ["kerberos"] = FieldType.Flag,
        ["voms_proxy"] = FieldType.Flag,
        ["rucio"] = FieldType.Flag,
        ["unpacked_img"] = FieldType.Flag,
        ["kubernetes_uid"] = FieldType.Number,
        ["kubernetes_cpu_request"] = FieldType.Text,
        ["kubernetes_cpu_limit"] = FieldType.Text,
        ["kubernetes_memory_request"] = FieldType.Text,
        ["kubernetes_memory_limit"] = FieldType.Text,
        ["htcondor_max_runtime"] = FieldType.Text,
        ["htcondor_accounting_group"] = FieldType.Text,
        ["htcondor_request_cpus"] = FieldType.Text,
        ["htcondor_request_memory"] = FieldType.Text,
        ["htcondor_request_disk"] = FieldType.Text,
        ["htcondor_requirements"] = FieldType.Text,
        ["slurm_partition"] = FieldType.Text,
        ["slurm_time"] = FieldType.Text,
        ["c4p_cpu_cores"] = FieldType.Text,
        ["c4p_memory_limit"] = FieldType.Text,
        ["c4p_additional_requirements"] = FieldType.Text,
        [SecretNames] = FieldType.List,
    };

    /// <summary>Those that the model itself understands; the others travel in its bag.</summary>
    public static IReadOnlySet<string> OfTheModel { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "job_name", "workflow_workspace", "workflow_uuid", "docker_img", "cmd", "prettified_cmd", "cvmfs_mounts", "env_vars",
        "shared_file_system", "compute_backend", Timeout,
    };
}
