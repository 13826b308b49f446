namespace HTCondor.Net.Transports.Native;

/// <summary>The result of a worker's checks at its start.</summary>
/// <param name="Usable">Whether calls can go through it.</param>
/// <param name="CondorVersion">The library's version text; null where none was found.</param>
/// <param name="Library">The library's file as the worker sees it; null where none was found.</param>
/// <param name="Problems">Why it is not usable; empty if it is.</param>
public sealed record NativeProbe(bool Usable, string? CondorVersion, string? Library, IReadOnlyList<string> Problems);
