using System.Runtime.InteropServices;

namespace HTCondor.Net.Worker.Native;

/// <summary><c>JOB_ID_KEY</c>; proc -1 is the cluster's own ad.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeJobKey
{
    public int Cluster;
    public int Proc;
}

/// <summary><c>std::vector&lt;std::string&gt;</c> as libstdc++ lays it out: begin, end, end of the memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeTextList
{
    public StdString* Begin;
    public StdString* End;
    public StdString* Capacity;
}

/// <summary>A list of strings for the library to read.</summary>
internal sealed unsafe class NativeTexts : IDisposable
{
    private readonly NativeText[] _texts;
    private readonly NativeTextList* _list;

    public NativeTexts(IReadOnlyList<string> texts)
    {
        _texts = [.. texts.Select(text => new NativeText(text))];
        _list = (NativeTextList*)NativeMemory.AllocZeroed((nuint)(sizeof(NativeTextList) + (texts.Count * sizeof(StdString))));
        _list->Begin = (StdString*)(_list + 1);
        _list->End = _list->Capacity = _list->Begin + texts.Count;
        for (int at = 0; at < texts.Count; at++)
            _list->Begin[at] = *_texts[at].AsString; // its data pointer points to the NativeText's memory, so the copy stays valid
    }

    public NativeTextList* Pointer => _list;

    public void Dispose()
    {
        NativeMemory.Free(_list);
        foreach (NativeText text in _texts)
            text.Dispose();
    }
}
