namespace Scailfin.Core.Lifecycle;

/// <summary>The result of a request to stop a job. Exactly one of the cases.</summary>
public abstract record StopResult
{
    private StopResult()
    {
    }

    /// <summary>The stop is durable, or the backend has accepted it: it will be carried out.</summary>
    public sealed record Taken : StopResult;

    /// <summary>There is nothing left to stop.</summary>
    public sealed record TerminalAlready : StopResult;

    /// <summary>Neither the store nor the backend took it; the job is unchanged.</summary>
    public sealed record Refused(string Reason) : StopResult;

    /// <summary>This instance does not drive the job.</summary>
    public sealed record NotActive : StopResult;
}
