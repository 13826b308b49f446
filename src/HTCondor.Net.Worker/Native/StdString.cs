using System.Runtime.InteropServices;

namespace HTCondor.Net.Worker.Native;

/// <summary>
/// <c>std::string</c> as libstdc++ lays it out: a pointer, the length, 16 bytes of its own for short strings (the pointer then points
/// there, so the object must not be moved). A <c>const&amp;</c> may point anywhere. Source: the Itanium C++ ABI and libstdc++'s
/// basic_string.h (C++11 ABI).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct StdString
{
    public byte* Data;
    public nuint Length;
    public fixed byte Own[16];
}

/// <summary>A string for the library: UTF-8 with a NUL behind it, and readable as a <c>const std::string&amp;</c>.</summary>
internal sealed unsafe class NativeText : IDisposable
{
    private readonly StdString* _view;

    /// <exception cref="CondorFailure">The string contains a NUL, at which the library would cut it.</exception>
    public NativeText(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw CondorFailure.Of("CLIENT", 0, "A string with a NUL character cannot be sent.");
        int length = System.Text.Encoding.UTF8.GetByteCount(text);
        _view = (StdString*)NativeMemory.AllocZeroed((nuint)(sizeof(StdString) + length + 1));
        _view->Data = (byte*)(_view + 1);
        _view->Length = (nuint)length;
        System.Text.Encoding.UTF8.GetBytes(text, new Span<byte>(_view->Data, length));
    }

    public byte* Pointer => _view->Data;

    public StdString* AsString => _view;

    public static byte* PointerOrNull(NativeText? text) => text is null ? null : text.Pointer;

    public static NativeText? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : new NativeText(text);

    public void Dispose() => NativeMemory.Free(_view);
}

/// <summary>A <c>std::string</c> that the library fills.</summary>
internal sealed unsafe class NativeOutput : IDisposable
{
    private readonly CondorLibrary _library;
    private readonly StdString* _string;

    public NativeOutput(CondorLibrary library)
    {
        _library = library;
        _string = (StdString*)NativeMemory.AllocZeroed((nuint)sizeof(StdString));
        _string->Data = _string->Own;
    }

    public StdString* Pointer => _string;

    public ReadOnlySpan<byte> Bytes => new(_string->Data, checked((int)_string->Length));

    public void Dispose()
    {
        if (_string->Data != _string->Own)
            _library.OperatorDelete(_string->Data);
        NativeMemory.Free(_string);
    }
}
