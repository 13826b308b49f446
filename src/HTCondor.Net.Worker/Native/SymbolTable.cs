using System.Runtime.InteropServices;

namespace HTCondor.Net.Worker.Native;

/// <summary>Looks symbols up in the library and in what it depends on, and remembers the missing ones.</summary>
internal sealed class SymbolTable(nint library)
{
    private readonly List<string> _missing = [];

    public IReadOnlyList<string> Missing => _missing;

    /// <summary>
    /// The first of several spellings of one function: they differ between versions, the way it is called does not. 0 if there is none.
    /// </summary>
    public nint Find(params ReadOnlySpan<string> spellings)
    {
        foreach (string spelling in spellings)
        {
            if (NativeLibrary.TryGetExport(library, spelling, out nint address))
                return address;
        }

        _missing.Add(spellings[0]);
        return 0;
    }
}
