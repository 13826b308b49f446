using Scailfin.Core.JobManagers;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>Kubernetes cannot start the attempt, and it is not waited for any longer.</summary>
internal sealed record GiveUp(AttemptEnd End) : Remedy("delete the Job, which Kubernetes cannot start");
