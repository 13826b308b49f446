using Scailfin.Testing.Containers;

// One site for all tests that do not harm it.
[assembly: AssemblyFixture(typeof(HpcContainer))]
