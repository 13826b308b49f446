namespace Scailfin.Testing.Kubernetes.Objects;

/// <summary>The last changes of one type. Not thread safe: the store's lock guards it.</summary>
internal sealed class ObjectHistory(int capacity)
{
    private readonly List<ObjectChange> _changes = [];
    private long _first;

    /// <summary>Changes up to this version were forgotten: a watch from an older version cannot be served.</summary>
    public long ForgottenUpTo { get; private set; }

    /// <summary>The position after the newest change.</summary>
    public long End => _first + _changes.Count;

    public void Add(ObjectChange change)
    {
        _changes.Add(change);
        if (_changes.Count >= 2 * capacity)
            Forget(_changes.Count - capacity);
    }

    public void ForgetAll(long version)
    {
        Forget(_changes.Count);
        ForgottenUpTo = Math.Max(ForgottenUpTo, version);
    }

    /// <summary>The position of the first change after this version; null if it was forgotten.</summary>
    public long? PositionAfter(long version)
    {
        if (version < ForgottenUpTo)
            return null;
        int low = 0, high = _changes.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_changes[middle].Version <= version)
                low = middle + 1;
            else
                high = middle;
        }
        return _first + low;
    }

    /// <summary>Up to <paramref name="count"/> changes from a position on; null if they were forgotten.</summary>
    public ObjectChange[]? Read(long position, int count)
    {
        if (position < _first)
            return null;
        int index = (int)(position - _first);
        return [.. _changes.GetRange(index, Math.Min(count, _changes.Count - index))];
    }

    private void Forget(int count)
    {
        if (count == 0)
            return;
        ForgottenUpTo = _changes[count - 1].Version;
        _changes.RemoveRange(0, count);
        _first += count;
    }
}
