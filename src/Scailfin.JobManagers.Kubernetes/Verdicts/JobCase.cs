using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>All that a verdict may rest on.</summary>
/// <param name="Name">Of the Job.</param>
/// <param name="Entry">What was seen of it.</param>
/// <param name="StopAsked">Whether we deleted it because somebody asked for a stop.</param>
/// <param name="Timeout">The time limit of its pod.</param>
/// <param name="Patience">How long things may take.</param>
/// <param name="Now">The time.</param>
internal sealed record JobCase(string Name, JobEntry Entry, bool StopAsked, TimeSpan Timeout, KubernetesPatience Patience, DateTimeOffset Now);
