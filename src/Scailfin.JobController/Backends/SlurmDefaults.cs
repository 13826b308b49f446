using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Backends;

/// <summary>Defaults of REANA's <c>slurmcern</c> backend (contract F.1).</summary>
internal sealed record SlurmDefaults
{
    /// <summary><c>SLURM_HOSTNAME</c>.</summary>
    public required string Host { get; init; }

    /// <summary><c>SLURM_CLUSTER_PORT</c>.</summary>
    public required int Port { get; init; }

    /// <summary><c>SLURM_PARTITION</c>.</summary>
    public required string Partition { get; init; }

    /// <summary><c>SLURM_JOB_TIMELIMIT</c>, minutes.</summary>
    public required int TimeLimit { get; init; }

    /// <summary><c>SLURM_HOME_PATH</c>.</summary>
    public string? HomePath { get; init; }

    /// <summary><c>SLURM_SSH_TIMEOUT</c> and its sisters.</summary>
    public required SshTimeouts Ssh { get; init; }

    public static SlurmDefaults Read(SettingsReader reader) => new()
    {
        Host = reader.Text("SLURM_HOSTNAME", "hpc-batch.cern.ch"),
        Port = reader.Integer("SLURM_CLUSTER_PORT", 22, 1, 65535),
        Partition = reader.Text("SLURM_PARTITION", "inf-short"),
        TimeLimit = reader.Integer("SLURM_JOB_TIMELIMIT", 60, 1),
        HomePath = reader.Optional("SLURM_HOME_PATH"),
        Ssh = SshTimeouts.Read(reader, "SLURM"),
    };
}
