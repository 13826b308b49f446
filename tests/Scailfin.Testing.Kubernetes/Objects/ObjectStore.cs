using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Scailfin.Testing.Kubernetes.Objects;

/// <summary>
/// What etcd and the watch cache are together: every write gets the next number of one sequence, and each type remembers its last changes.
/// </summary>
public sealed class ObjectStore(long firstVersion = 1000, int remembered = 100_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceType, Dictionary<(string Namespace, string Name), StoredObject>> _objects =
        ResourceType.All.ToDictionary(type => type, _ => new Dictionary<(string, string), StoredObject>());
    private readonly Dictionary<ResourceType, ObjectHistory> _histories =
        ResourceType.All.ToDictionary(type => type, _ => new ObjectHistory(remembered));
    private readonly Dictionary<ChannelWriter<bool>, ResourceType> _readers = [];
    private long _version = firstVersion;

    /// <summary>Called under the store's lock, in the order of versions: hand over and return.</summary>
    internal Action<ObjectChange>? Changed { get; set; }

    /// <summary>
    /// JSON that lists and watches have in the place of an object, as a broken controller or a newer API would leave it there; null leaves
    /// the object as it is. Set it before there are objects.
    /// </summary>
    public Func<StoredObject, string?>? Spoilt { get; set; }

    public long Version => Volatile.Read(ref _version);

    public StoredObject? Find(ResourceType type, string @namespace, string name)
    {
        lock (_gate)
            return _objects[type].GetValueOrDefault((@namespace, name));
    }

    /// <summary>All objects of a type in a namespace (null: in all), by namespace and name.</summary>
    public IReadOnlyList<StoredObject> List(ResourceType type, string? @namespace = null) => Snapshot(type, @namespace).Items;

    internal (long Version, long Position, StoredObject[] Items) Snapshot(ResourceType type, string? @namespace)
    {
        lock (_gate)
        {
            StoredObject[] items = [.. _objects[type].Values.Where(item => @namespace is null || item.Namespace == @namespace)];
            Array.Sort(items, (a, b) =>
                string.CompareOrdinal(a.Namespace, b.Namespace) is var order and not 0 ? order : string.CompareOrdinal(a.Name, b.Name));
            return (_version, _histories[type].End, items);
        }
    }

    /// <summary>Stores a new object; null if there is one of that name.</summary>
    internal StoredObject? Create(ResourceType type, JsonObject content)
    {
        lock (_gate)
        {
            JsonNode metadata = content["metadata"]!;
            if (_objects[type].ContainsKey((metadata.Text("namespace") ?? "", metadata.Text("name") ?? "")))
                return null;
            return Store(ChangeKind.Added, type, content, null);
        }
    }

    /// <summary>
    /// Changes an object if it is still there: <paramref name="change"/> gets a copy and the stored version, and says by its answer what to
    /// do. Answers the version that was stored (for <see cref="Outcome.Remove"/>: the last one), null if there is none of that uid and
    /// name.
    /// </summary>
    internal StoredObject? Change(
        ResourceType type, string @namespace, string name, string? uid, Func<JsonObject, StoredObject, Outcome> change)
    {
        lock (_gate)
        {
            if (_objects[type].GetValueOrDefault((@namespace, name)) is not { } current || (uid is not null && current.Uid != uid))
                return null;
            JsonObject copy = current.Copy();
            switch (change(copy, current))
            {
                case Outcome.Keep:
                    return current;
                case Outcome.Remove:
                    return Remove(current);
                case Outcome.StoreAndRemove:
                    return Remove(Store(ChangeKind.Modified, type, copy, current));
                default:
                    return Store(ChangeKind.Modified, type, copy, current);
            }
        }
    }

    /// <summary>As after etcd's compaction: a watch or a paged list from before now ends with 410.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            foreach (ObjectHistory history in _histories.Values)
                history.ForgetAll(_version);
        }
    }

    internal bool IsForgotten(ResourceType type, long version)
    {
        lock (_gate)
            return version < _histories[type].ForgottenUpTo;
    }

    internal (long? Position, long ForgottenUpTo) PositionAfter(ResourceType type, long version)
    {
        lock (_gate)
            return (_histories[type].PositionAfter(version), _histories[type].ForgottenUpTo);
    }

    internal ObjectChange[]? Read(ResourceType type, long position, int count)
    {
        lock (_gate)
            return _histories[type].Read(position, count);
    }

    /// <summary>The reader's channel gets a mark whenever there is something new of that type.</summary>
    internal void Subscribe(ResourceType type, ChannelWriter<bool> reader)
    {
        lock (_gate)
            _readers.Add(reader, type);
    }

    internal void Unsubscribe(ChannelWriter<bool> reader)
    {
        lock (_gate)
            _readers.Remove(reader);
    }

    /// <summary>
    /// The last version is what was stored before, at the version of its removal; also where removing the last finalizer removed it.
    /// </summary>
    private StoredObject Remove(StoredObject current)
    {
        StoredObject last = current.At(++_version);
        _objects[current.Type].Remove(current.Key);
        Announce(new ObjectChange(ChangeKind.Deleted, last, current));
        return last;
    }

    private StoredObject Store(ChangeKind kind, ResourceType type, JsonObject content, StoredObject? previous)
    {
        long version = ++_version;
        content["metadata"]!["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        var stored = new StoredObject(type, content, version) { Spoilt = Spoilt };
        _objects[type][stored.Key] = stored;
        Announce(new ObjectChange(kind, stored, previous));
        return stored;
    }

    private void Announce(ObjectChange change)
    {
        _histories[change.Object.Type].Add(change);
        Changed?.Invoke(change);
        foreach ((ChannelWriter<bool> reader, ResourceType type) in _readers)
        {
            if (type == change.Object.Type)
                reader.TryWrite(true);
        }
    }

    internal enum Outcome
    {
        Store,
        Keep,
        Remove,

        /// <summary>Announced as changed, then as gone.</summary>
        StoreAndRemove,
    }
}
