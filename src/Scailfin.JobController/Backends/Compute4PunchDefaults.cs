using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Backends;

/// <summary>Defaults of REANA's <c>compute4punch</c> backend (contract F.1).</summary>
internal sealed record Compute4PunchDefaults
{
    /// <summary><c>C4P_LOGIN_NODE</c>.</summary>
    public required string LoginNode { get; init; }

    /// <summary><c>C4P_LOGIN_NODE_PORT</c>.</summary>
    public required int Port { get; init; }

    /// <summary><c>C4P_CPU_CORES</c>.</summary>
    public required int Cores { get; init; }

    /// <summary><c>C4P_MEMORY_LIMIT</c>, megabytes.</summary>
    public required int MemoryLimit { get; init; }

    /// <summary><c>C4P_ADDITIONAL_REQUIREMENTS</c>.</summary>
    public string? Requirements { get; init; }

    /// <summary><c>C4P_REANA_REL_WORKFLOW_PATH</c>: below the user's home.</summary>
    public required string WorkflowPath { get; init; }

    /// <summary><c>C4P_SSH_TIMEOUT</c> and its sisters.</summary>
    public required SshTimeouts Ssh { get; init; }

    public static Compute4PunchDefaults Read(SettingsReader reader) => new()
    {
        LoginNode = reader.Text("C4P_LOGIN_NODE", "c4p-login.gridka.de"),
        Port = reader.Integer("C4P_LOGIN_NODE_PORT", 22, 1, 65535),
        Cores = reader.Integer("C4P_CPU_CORES", 8, 1),
        MemoryLimit = reader.Integer("C4P_MEMORY_LIMIT", 20_000, 1),
        Requirements = reader.Optional("C4P_ADDITIONAL_REQUIREMENTS"),
        WorkflowPath = reader.Text("C4P_REANA_REL_WORKFLOW_PATH", "reana/workflows", path => !Path.IsPathRooted(path), "a relative path"),
        Ssh = SshTimeouts.Read(reader, "C4P"),
    };
}
