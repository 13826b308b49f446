using System.Text;
using System.Text.Unicode;

namespace HTCondor.Net.Worker.Native;

/// <summary>Prints ads as JSON in one line. What is not UTF-8 in them (HTCondor does not look) becomes U+FFFD.</summary>
internal sealed unsafe class AdPrinter : IDisposable
{
    private readonly CondorLibrary _library;
    private readonly void* _printer = CondorLibrary.NewObject();

    public AdPrinter(CondorLibrary library)
    {
        _library = library;
        library.NewJsonPrinter(_printer, 1);
    }

    public delegate void Use(ReadOnlySpan<byte> json);

    public void Print(NativeAd ad, Use use)
    {
        using var output = new NativeOutput(_library);
        _library.PrintJson(_printer, output.Pointer, ad.Pointer);
        ReadOnlySpan<byte> json = output.Bytes;
        use(Utf8.IsValid(json) ? json : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json)));
    }

    public void Dispose()
    {
        _library.EndJsonPrinter(_printer);
        CondorLibrary.Free(_printer);
    }
}
