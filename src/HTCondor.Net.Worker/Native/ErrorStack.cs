using System.Runtime.InteropServices;

namespace HTCondor.Net.Worker.Native;

/// <summary>HTCondor's <c>CondorError</c>: a stack of reasons, the last one said first. 32 zero bytes are an empty one.</summary>
internal sealed unsafe class ErrorStack : IDisposable
{
    private const int Size = 32;
    private const int LongestStack = 16;
    private const int LongestText = 4000;

    private readonly CondorLibrary _library;

    public ErrorStack(CondorLibrary library)
    {
        _library = library;
        Pointer = NativeMemory.AllocZeroed(Size);
    }

    public void* Pointer { get; }

    public IReadOnlyList<HTCondorError> Entries
    {
        get
        {
            var entries = new List<HTCondorError>();
            for (int level = 0;
                level < LongestStack && CondorLibrary.Text(_library.ErrorSubsystem(Pointer, level)) is { } subsystem;
                level++)
                entries.Add(new HTCondorError(
                    subsystem, _library.ErrorCode(Pointer, level), CondorLibrary.Text(_library.ErrorMessage(Pointer, level)) ?? ""));
            return entries;
        }
    }

    /// <summary>Makes the exception for the caller; its text names the operation if the library gives no text.</summary>
    public CondorFailure Failure(string doing, int errno = 0, bool ambiguous = false)
    {
        IReadOnlyList<HTCondorError> entries = Entries;
        bool refused = entries.Any(ScheddErrors.IsRefusal) || ScheddErrors.IsRefusal(errno);
        HTCondorError first = entries is [var top, ..] ? top : new HTCondorError("QMGMT", errno, "");
        string reasons = string.Join("; ", entries.Select(entry => $"{entry.Subsystem}:{entry.Code}: {entry.Text}"));
        string text = (reasons, errno) switch
        {
            ("", 0) => $"{doing} failed, and HTCondor gave no reason.",
            ("", _) => $"{doing} failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno}).",
            _ => $"{doing} failed: {reasons}",
        };
        ambiguous &= !refused;
        return new CondorFailure(first with
        {
            Text = text.Length > LongestText ? text[..LongestText] : text,
            Ambiguous = ambiguous,
            Retryable = !ambiguous && (entries.Any(ScheddErrors.IsTransient) || (!refused && ScheddErrors.IsTransient(errno))),
        });
    }

    /// <summary>
    /// Whether the schedd no longer knows the session that this process had with it (it was restarted); the next try makes a new one.
    /// </summary>
    public bool IsLostSession => Entries.Any(ScheddErrors.IsLostSession);

    public void Dispose()
    {
        _library.EndErrors(Pointer);
        NativeMemory.Free(Pointer);
    }
}
