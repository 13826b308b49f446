using System.Text;

namespace Scailfin.Testing.Kubernetes.Objects;

public enum ChangeKind
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One entry of the history that watches read.</summary>
/// <remarks><c>Previous</c>: The version before; null for <see cref="ChangeKind.Added"/>.</remarks>
public sealed record ObjectChange(ChangeKind Kind, StoredObject Object, StoredObject? Previous)
{
    private byte[]? _line;
    private byte[]? _gone;

    public long Version => Object.Version;

    /// <summary>The event as a watch sends it; made once, however many watch.</summary>
    internal byte[] Line => _line ??= WatchLine(Kind, Object);

    /// <summary>What a watch sends whose selector matched before and no longer does: the old content at the new version.</summary>
    internal byte[] GoneLine => _gone ??= WatchLine(ChangeKind.Deleted, Previous!.At(Version));

    internal static byte[] WatchLine(ChangeKind kind, StoredObject subject)
    {
        byte[] head = kind switch
        {
            ChangeKind.Added => AddedHead,
            ChangeKind.Modified => ModifiedHead,
            _ => DeletedHead,
        };
        return [.. head, .. subject.WatchedBytes, (byte)'}', (byte)'\n'];
    }

    private static readonly byte[] AddedHead = Encoding.UTF8.GetBytes("""{"type":"ADDED","object":""");
    private static readonly byte[] ModifiedHead = Encoding.UTF8.GetBytes("""{"type":"MODIFIED","object":""");
    private static readonly byte[] DeletedHead = Encoding.UTF8.GetBytes("""{"type":"DELETED","object":""");
}
