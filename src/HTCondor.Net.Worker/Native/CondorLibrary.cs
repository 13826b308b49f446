using System.Runtime.InteropServices;

namespace HTCondor.Net.Worker.Native;

/// <summary>
/// The functions of libcondor_utils that are used, as pointers: C++ by its mangled names, so there is one parameter more than in the
/// headers, the object. Objects are zeroed memory of <see cref="ObjectSize"/> bytes, far more than any version needs. One thread only: the
/// library is not made for more. Measured with 23.9.6 and 25.14.1; the names are the same in both but for two.
/// </summary>
internal sealed unsafe partial class CondorLibrary
{
    /// <summary>The largest object seen is 982 bytes (DCSchedd in 25.14.1).</summary>
    public const int ObjectSize = 64 * 1024;

    private const string StdStringName = "NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE";

    private CondorLibrary(string file, SymbolTable symbols)
    {
        File = file;
        Missing = symbols.Missing;
        CondorVersion = (delegate* unmanaged<byte*>)symbols.Find("CondorVersion");
        OperatorDelete = (delegate* unmanaged<void*, void>)symbols.Find("_ZdlPv");
        BindStart(symbols);
        BindClassAds(symbols);
        BindDaemons(symbols);
        BindQueue(symbols);
    }

    /// <summary>The path from which the library was loaded.</summary>
    public string File { get; }

    /// <summary>Symbols that are not there; nothing but the version may be called if there are any.</summary>
    public IReadOnlyList<string> Missing { get; }

    public delegate* unmanaged<byte*> CondorVersion { get; }

    public delegate* unmanaged<void*, void> OperatorDelete { get; }

    /// <exception cref="DllNotFoundException">The file cannot be loaded.</exception>
    public static CondorLibrary Load(string file) => new(file, new SymbolTable(NativeLibrary.Load(file)));

    /// <summary>Zeroed memory for one object of the library.</summary>
    public static void* NewObject() => NativeMemory.AllocZeroed(ObjectSize);

    /// <summary>Gives the memory back; the object's destructor has run.</summary>
    public static void Free(void* memory) => NativeMemory.Free(memory);

    /// <summary>C's text; null for none.</summary>
    public static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);
}
