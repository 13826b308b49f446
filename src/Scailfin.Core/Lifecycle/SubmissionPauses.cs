using Scailfin.Core.JobManagers;
using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <summary>
/// Holds submissions back after a backend deferred one, or its answer was lost: backoff for the owner or the whole backend, and
/// after each pause one submission that tries. So the number of tries against a limit is bounded, however many jobs wait. Not thread-safe.
/// </summary>
internal sealed class SubmissionPauses(TimeProvider time)
{
    private readonly Dictionary<string, Pause> _owners = new(StringComparer.Ordinal);
    private Pause? _backend;

    /// <summary>How many submissions may begin now, for all owners together.</summary>
    public int Allowed() => _backend?.Allowed ?? int.MaxValue;

    /// <summary>How many submissions of this owner may begin now.</summary>
    public int AllowedFor(string owner) => _owners.TryGetValue(owner, out Pause? pause) ? pause.Allowed : int.MaxValue;

    /// <summary>Why submissions of this owner are paused; null if they are not.</summary>
    public string? ReasonFor(string owner) => _backend?.Reason ?? _owners.GetValueOrDefault(owner)?.Reason;

    /// <summary>All reasons, for the health check of the backend.</summary>
    public IReadOnlyList<string> Reasons() =>
        [.. _owners.Values.Prepend(_backend).OfType<Pause>().Select(pause => pause.Reason).Distinct()];

    /// <summary>A submission of this owner begins.</summary>
    public void Begin(string owner)
    {
        foreach (Pause pause in Of(owner))
            pause.IsTrying = true;
    }

    /// <summary>A submission of this owner has come to an end that says nothing of a limit.</summary>
    public void End(string owner)
    {
        foreach (Pause pause in Of(owner))
            pause.IsTrying = false;
    }

    /// <summary>The backend took a submission of this owner.</summary>
    public void Take(string owner)
    {
        _backend = null;
        _owners.Remove(owner);
    }

    /// <summary>The backend did not take a submission of this owner.</summary>
    public void Defer(string owner, Submission.Deferred deferred)
    {
        End(owner);
        switch (deferred.Scope)
        {
            case DeferralScope.Backend:
                (_backend ??= new Pause(time)).Grow(deferred);
                break;
            case DeferralScope.Owner:
                if (!_owners.TryGetValue(owner, out Pause? pause))
                    _owners[owner] = pause = new Pause(time);
                pause.Grow(deferred);
                break;
        }
    }

    private IEnumerable<Pause> Of(string owner) =>
        ((Pause?[])[_backend, _owners.GetValueOrDefault(owner)]).OfType<Pause>();

    private sealed class Pause(TimeProvider time)
    {
        private readonly BackOff _backOff = new(time);

        public string Reason { get; private set; } = "";

        public bool IsTrying { get; set; }

        public int Allowed => !IsTrying && _backOff.IsOver ? 1 : 0;

        /// <summary>Counts the refusals of concurrent submissions as one refusal.</summary>
        public void Grow(Submission.Deferred deferred)
        {
            Reason = deferred.Reason;
            if (_backOff.IsOver)
                _backOff.Begin(deferred.After);
        }
    }
}
