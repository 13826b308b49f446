using HTCondor.Net.Transports.Native;
using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Testing;

namespace HTCondor.Net.Worker.Tests.Supervision;

/// <summary>A transport whose workers are a script that misbehaves as it is told to.</summary>
internal sealed class FakeWorkers : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fake-worker-").FullName;

    public FakeWorkers(string mode, Func<NativeTransportOptions, NativeTransportOptions>? change = null, TimeProvider? time = null)
    {
        Mode = mode;
        var options = new NativeTransportOptions
        {
            CommandPrefix = ["bash"],
            WorkerProgram = Path.Combine(AppContext.BaseDirectory, "Supervision", "worker.sh"),
            Environment = new Dictionary<string, string> { ["FAKE_FOLDER"] = _folder },
        };
        Options = change?.Invoke(options) ?? options;
        Transport = new NativeTransport(Options, time ?? TimeProvider.System, NullLogger<NativeTransport>.Instance);
    }

    public NativeTransportOptions Options { get; }

    public NativeTransport Transport { get; }

    /// <summary>What the worker does from its next request on.</summary>
    public string Mode
    {
        set
        {
            // A worker must not read an empty file.
            File.WriteAllText(Path.Combine(_folder, "mode.new"), value);
            File.Move(Path.Combine(_folder, "mode.new"), Path.Combine(_folder, "mode"), overwrite: true);
        }
    }

    /// <summary>The ids of the processes that were started.</summary>
    public IReadOnlyList<int> Starts => [.. Lines("starts").Select(int.Parse)];

    public IReadOnlyList<string> Requests => Lines("requests");

    public IReadOnlyList<string> Environment => Lines("environment");

    /// <summary>The ids that were to be ended from inside.</summary>
    public IReadOnlyList<string> Ended => Lines("ended");

    /// <summary>Waits until workers have read so many lines, and do with them what their mode says.</summary>
    public Task HaveReadAsync(int requests) =>
        Eventually.TrueAsync(() => Requests.Count == requests, $"{requests} requests", () => Requests.Count);

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string[] Lines(string file)
    {
        string path = Path.Combine(_folder, file);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }
}
