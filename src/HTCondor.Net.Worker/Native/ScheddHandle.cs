using HTCondor.Net.Schedds;

namespace HTCondor.Net.Worker.Native;

/// <summary>
/// A schedd's address for one request. A new one each time (it costs less than a millisecond): an object keeps the address that it found,
/// and a restarted schedd may have another.
/// </summary>
internal sealed unsafe class ScheddHandle : IDisposable
{
    private const int LocateForLookup = 1;

    private readonly CondorLibrary _library;

    private ScheddHandle(CondorLibrary library, void* pointer)
    {
        _library = library;
        Pointer = pointer;
    }

    public void* Pointer { get; }

    public ScheddInformation Information => new(
        CondorLibrary.Text(_library.Name(Pointer)) ?? "",
        CondorLibrary.Text(_library.Address(Pointer)) ?? "",
        CondorLibrary.Text(_library.Version(Pointer)) ?? "");

    /// <exception cref="CondorFailure">The schedd was not found.</exception>
    public static ScheddHandle Locate(CondorLibrary library, ScheddLocation? location)
    {
        using NativeText? name = NativeText.OrNull(location?.Address ?? location?.Name);
        using NativeText? pool = NativeText.OrNull(location?.Pool);
        var schedd = new ScheddHandle(library, CondorLibrary.NewObject());
        library.NewSchedd(schedd.Pointer, NativeText.PointerOrNull(name), NativeText.PointerOrNull(pool));
        if (library.Locate(schedd.Pointer, LocateForLookup) != 0)
            return schedd;

        schedd.Dispose();
        throw CondorFailure.Of("LOCATE", 0, Unknown(location), retryable: true);
    }

    public void Dispose()
    {
        _library.EndSchedd(Pointer);
        CondorLibrary.Free(Pointer);
    }

    private static string Unknown(ScheddLocation? location)
    {
        string pool = location?.Pool is { } named ? $"the collector {named}" : "the configured collector";
        return (location?.Address ?? location?.Name) is { Length: > 0 } name
            ? $"The schedd '{name}' was not found: {pool} does not answer or does not know it."
            : "This machine's own schedd was not found: it has not written its address file, "
                + "and the configuration names none (SCHEDD_HOST).";
    }
}
