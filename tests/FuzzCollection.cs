namespace Scailfin.Testing.Fuzzing;

/// <summary>
/// Fuzz runs measure memory: no other test of their assembly runs meanwhile. xUnit wants this in the tests' own assembly, so every test
/// project with a corpus compiles it.
/// </summary>
[CollectionDefinition("fuzz", DisableParallelization = true)]
public sealed class FuzzCollection;
