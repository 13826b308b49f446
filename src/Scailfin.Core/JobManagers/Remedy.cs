namespace Scailfin.Core.JobManagers;

/// <summary>
/// What should be done about an attempt that will not go on by itself, as a value: observing changes nothing, the job's actor has it
/// carried out. Each manager derives its own.
/// </summary>
/// <param name="What">A verb and its object, for logs: "release the hold".</param>
public abstract record Remedy(string What);
