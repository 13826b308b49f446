namespace Scailfin.JobController.Tests.Hosting;

/// <summary>One service for the tests of a class.</summary>
public sealed class EdgeFixture : IAsyncLifetime
{
    internal Edge Edge { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Edge = await Edge.StartAsync();

    public ValueTask DisposeAsync() => Edge.DisposeAsync();
}
