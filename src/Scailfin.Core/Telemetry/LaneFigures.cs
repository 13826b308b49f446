namespace Scailfin.Core.Telemetry;

/// <summary>The figures of one backend at one moment.</summary>
/// <param name="Backend">The backend's name.</param>
/// <param name="Pending">Jobs that wait in the service's store.</param>
/// <param name="InFlight">Jobs that count against the backend's limit.</param>
/// <param name="Away">For how long the backend has not answered; null while it does.</param>
/// <param name="SinceGoodPass">The time since a pass over the backend's jobs was last completed.</param>
/// <param name="Troubles">The number of the backend's current problems that the lifecycle knows.</param>
/// <param name="Orphans">What the backend held of a sidecar's workflow at the start and no job of the store named.</param>
/// <param name="ByStatus">Unsettled jobs, by the number of their status.</param>
internal sealed record LaneFigures(
    string Backend, int Pending, int InFlight, TimeSpan? Away, TimeSpan SinceGoodPass, int Troubles, int Orphans, int[] ByStatus);
