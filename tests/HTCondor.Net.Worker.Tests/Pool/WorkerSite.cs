using HTCondor.Net.Transports.Native;
using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Worker.Tests.Pool;

/// <summary>A pool, and transports whose workers run inside its container as one of its users.</summary>
public abstract class WorkerSite(string image) : IAsyncLifetime
{
    private string _worker = "";

    public HpcContainer Container { get; } = new() { Options = new HpcOptions { Image = image, SpoolMegabytes = 64 } };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the pool.</summary>
    /// <param name="user">Whom its workers are.</param>
    /// <param name="words">What stands before the worker's program: <c>env NAME=value</c>.</param>
    public async Task<NativeTransport> TransportAsync(string user = "alice", params string[] words) =>
        new(await OptionsAsync(user, words), TimeProvider.System, NullLogger<NativeTransport>.Instance);

    public async Task<NativeTransportOptions> OptionsAsync(string user, params string[] words)
    {
        _worker = await CondorWorker.InstallAsync(Container);
        await Container.StartPoolAsync();
        return new NativeTransportOptions { WorkerProgram = _worker, CommandPrefix = [.. Container.CommandPrefix(user), .. words] };
    }

    /// <summary>The ids, inside, of a user's workers.</summary>
    public async Task<IReadOnlyList<string>> WorkersAsync(string user = "alice") =>
        (await Container.ExecAsync("root", "pgrep", "-u", user, "-f", $"^{_worker}")).Output.Split(
            '\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The one worker that a user has.</summary>
    public async Task<string> WorkerAsync(string user = "alice") => Assert.Single(await WorkersAsync(user));

    public async Task SignalAsync(string process, string signal) =>
        (await Container.ExecAsync("root", "kill", $"-{signal}", process)).OutputOfSuccess();

    public async ValueTask DisposeAsync()
    {
        await Container.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Debian trixie's HTCondor, 23.9.</summary>
public sealed class StableSite() : WorkerSite("hpc");

/// <summary>Debian sid's HTCondor, 25.14.</summary>
public sealed class NewestSite() : WorkerSite("condor-sid");
