namespace Scailfin.Core.JobManagers;

/// <summary>What came home from an attempt that ended.</summary>
/// <param name="Logs">The main stream as a user should read it, bounded by the manager, without NUL.</param>
public sealed record Collected(string Logs);
