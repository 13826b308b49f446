using Scailfin.Testing.Containers;

[assembly: AssemblyFixture(typeof(HpcContainer))]
