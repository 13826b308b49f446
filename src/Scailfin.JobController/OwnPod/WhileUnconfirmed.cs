namespace Scailfin.JobController.OwnPod;

/// <summary>
/// Metadata of an endpoint: what it does with a request before the sidecar's settings are confirmed. An endpoint without it waits, for as
/// long as its client does, because an engine takes an error on a poll for the end of its workflow (contract B.3).
/// </summary>
internal sealed class WhileUnconfirmed
{
    private WhileUnconfirmed(bool waits) => Waits = waits;

    /// <summary>The endpoint needs neither the database nor a backend, and answers at once.</summary>
    public static WhileUnconfirmed Answers { get; } = new(waits: false);

    /// <summary>The endpoint changes something: it waits, and refuses with 503 after <see cref="Sidecar.OwnPodCheck.Bound"/>.</summary>
    public static WhileUnconfirmed RefusesAtLast { get; } = new(waits: true);

    public bool Waits { get; }
}
