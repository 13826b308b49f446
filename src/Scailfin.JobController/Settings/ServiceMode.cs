namespace Scailfin.JobController.Settings;

/// <summary>How the service is deployed (design, section 1).</summary>
internal enum ServiceMode
{
    /// <summary>One long-lived service, many workflows and users.</summary>
    Standalone,

    /// <summary>One process for one workflow, in REANA's run-batch pod.</summary>
    Sidecar,
}
