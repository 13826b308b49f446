using System.Diagnostics;
using System.Net.Http.Headers;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests;

/// <summary>One <c>scailfin serve</c>, and a client that carries its token.</summary>
internal sealed class ServiceProcess : ServiceClient, IAsyncDisposable
{
    private readonly Process _process;

    private ServiceProcess(Process process, HttpClient http)
        : base(http) => _process = process;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it and waits until it listens, and unless told otherwise until it is ready.</summary>
    public static async Task<ServiceProcess> StartAsync(ServiceFolder folder, string? killAt = null, bool ready = true)
    {
        // A service that was killed leaves its address behind; one that runs has no need of it any more.
        if (File.Exists(folder.AddressFile))
            File.Delete(folder.AddressFile);
        Process process = Run(folder, "serve", [], killAt is null ? [] : [KeyValuePair.Create("SCAILFIN_TEST_KILL_AT", killAt)]);
        string address = await Eventually.ValueAsync(
            () =>
            {
                if (process.HasExited)
                    throw new InvalidOperationException($"The service ended with {process.ExitCode}: {folder.ReadLog()}");
                string text = File.Exists(folder.AddressFile) ? File.ReadAllText(folder.AddressFile) : "";
                return Task.FromResult(text.EndsWith('\n') ? text.Trim() : null);
            },
            "the service says where it listens");
        var http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await File.ReadAllTextAsync(folder.TokenFile)).Trim());
        var service = new ServiceProcess(process, http);
        if (ready)
            await service.ReadyAsync();
        return service;
    }

    /// <summary>Runs the program with its output in the folder's log.</summary>
    public static Process Run(
        ServiceFolder folder, string command, IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string>> variables)
    {
        // The shell becomes the program; pipes would be held open by jobs that outlive it.
        var start = new ProcessStartInfo("bash") { UseShellExecute = false };
        string[] shell =
        [
            "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "bash", folder.Log, PublishedProgram.Path, command,
        ];
        foreach (string part in shell.Concat(arguments))
            start.ArgumentList.Add(part);
        foreach ((string name, string value) in folder.Variables().Concat(variables))
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
    }

    public async Task KillAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
    }

    public async Task<int> TerminateAsync()
    {
        ProcessTable.Signal(_process.Id, ProcessTable.Terminate);
        await Eventually.EndAsync(_process.WaitForExitAsync(), "the service ends");
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Http.Dispose();
        _process.Dispose();
    }
}
