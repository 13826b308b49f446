namespace Scailfin.Core.JobManagers;

/// <summary>
/// An action on an attempt that cannot continue by itself, as a value: observing changes nothing; the job's actor carries the remedy out.
/// Each manager derives its own.
/// </summary>
/// <param name="What">A verb and its object, for logs: "release the hold".</param>
public abstract record Remedy(string What);
