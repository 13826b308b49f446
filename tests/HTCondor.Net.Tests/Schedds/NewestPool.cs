using Scailfin.Testing.Containers;

namespace HTCondor.Net.Tests.Schedds;

/// <summary>A pool of the newest HTCondor that is supported, Debian sid's 25.14; the other tests' pool is Debian trixie's 23.9.</summary>
public sealed class NewestPool : IAsyncLifetime
{
    public HpcContainer Site { get; } = new() { Options = new HpcOptions { Image = "condor-sid" } };

    public ValueTask InitializeAsync() => Site.InitializeAsync();

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}
