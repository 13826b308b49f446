namespace Scailfin.Core.Telemetry;

/// <summary>The figures of one backend at one moment.</summary>
/// <param name="Backend">The backend's name.</param>
/// <param name="Pending">Jobs that wait in our store.</param>
/// <param name="InFlight">Jobs that count against the backend's limit.</param>
/// <param name="Away">For how long the backend has not answered; null while it does.</param>
/// <param name="SinceGoodPass">How long ago a pass over its jobs went through to its end.</param>
/// <param name="Troubles">The number of its problems that the lifecycle knows.</param>
/// <param name="ByStatus">Unsettled jobs, by the number of their status.</param>
internal sealed record LaneFigures(
    string Backend, int Pending, int InFlight, TimeSpan? Away, TimeSpan SinceGoodPass, int Troubles, int[] ByStatus);
