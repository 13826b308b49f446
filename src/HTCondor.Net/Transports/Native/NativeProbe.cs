namespace HTCondor.Net.Transports.Native;

/// <summary>The result of a worker's checks at its start.</summary>
/// <param name="Usable">Whether the library can be used for calls.</param>
/// <param name="CondorVersion">The library's version text; null if no library was found.</param>
/// <param name="Library">The library's file as the worker sees it; null if no library was found.</param>
/// <param name="Problems">Why the library is not usable; empty if it is.</param>
public sealed record NativeProbe(bool Usable, string? CondorVersion, string? Library, IReadOnlyList<string> Problems);
