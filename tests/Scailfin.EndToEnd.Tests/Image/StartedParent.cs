using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests.Image;

/// <summary>The published program under the name <c>uwsgi</c>, on a port of its own, without a database and a cluster.</summary>
internal sealed class StartedParent : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Process _process;

    private StartedParent(string folder, Process process, int port)
    {
        _folder = folder;
        _process = process;
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    public Uri Address { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>The service that the parent runs now; 0 between two of them.</summary>
    public int Service => ChildrenOf(_process.Id).FirstOrDefault();

    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(_folder, "log");

    /// <summary>Starts the program with these variables besides; the ini file names a free port, unless its text is given.</summary>
    public static StartedParent Start(string? ini = null, params KeyValuePair<string, string>[] variables)
    {
        string program = PublishedProgram.Path;
        string folder = Directory.CreateTempSubdirectory("scailfin-parent-").FullName;
        string link = Path.Combine(folder, "uwsgi");
        File.CreateSymbolicLink(link, program);
        int port = FreePort.Next();
        string file = Path.Combine(folder, "uwsgi.ini");
        File.WriteAllText(file, ini ?? $"[uwsgi]\nhttp = 127.0.0.1:{port}\nthreads = 2\nlazy-apps = true\n");
        var start = new ProcessStartInfo("bash") { UseShellExecute = false };
        foreach (string word in (string[])["-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", Path.Combine(folder, "log"), link, "--ini", file])
            start.ArgumentList.Add(word);
        start.Environment["TMPDIR"] = folder;
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        return new StartedParent(folder, Process.Start(start)!, port);
    }

    /// <summary>Polls over a new connection, as a client whose kept connection was reset does.</summary>
    public async Task<HttpStatusCode> PollAsync()
    {
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.GetAsync(new Uri(Address, "/jobs"), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    /// <summary>Waits until a connection is accepted by the kernel: from then on none is refused.</summary>
    public Task ListensAsync() => Eventually.TrueAsync(
        async () =>
        {
            Assert.False(HasExited, Log);
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(Address.Host, Address.Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        },
        "the parent listens");

    /// <summary>Kills the service, and waits until the kernel has no trace of it.</summary>
    public async Task<int> KillServiceAsync()
    {
        int service = 0;
        await Eventually.TrueAsync(() => (service = Service) != 0, "the parent runs a service");
        ProcessTable.Signal(service, ProcessTable.Kill);
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{service}"), "the killed service is reaped");
        return service;
    }

    public void Signal(int signal) => ProcessTable.Signal(_process.Id, signal);

    public async Task<int> EndAsync()
    {
        await Eventually.EndAsync(_process.WaitForExitAsync(TestContext.Current.CancellationToken), "the parent ends");
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        await ProcessTable.KillAllAsync(_folder);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static IEnumerable<int> ChildrenOf(int process)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{process}/task")
                .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(int.Parse);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
