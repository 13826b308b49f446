using System.Globalization;
using Xunit;

namespace Scailfin.Testing.PostgreSql;

/// <summary>
/// A real PostgreSQL server of its own, on a socket in a temporary directory and on a free port of 127.0.0.1; its passwords are checked
/// over TCP. As a fixture of an assembly it starts with the first test that asks for a database. <c>SCAILFIN_TEST_POSTGRES</c>
/// (<c>postgres://user:password@host:port</c>) names a server to use instead.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    /// <summary>The superuser.</summary>
    public const string DefaultUser = "scailfin";

    private const string Variable = "SCAILFIN_TEST_POSTGRES";

    private readonly SemaphoreSlim _starting = new(1);
    private string? _directory;
    private ServerProcess? _process;
    private bool _isReady;
    private int _databases;

    public string Host { get; private set; } = "127.0.0.1";

    public int Port { get; private set; }

    public string User { get; private set; } = DefaultUser;

    public string Password { get; private set; } = $"p4ss'w\"{Guid.NewGuid():N}";

    /// <summary>A server that is stopped and paused by one test alone; never the one that the environment names.</summary>
    public static async Task<PostgreSqlServer> StartOwnAsync()
    {
        var server = new PostgreSqlServer();
        await server.MakeAsync();
        return server;
    }

    /// <summary>A new, empty database; returns its name.</summary>
    public async Task<string> CreateDatabaseAsync(string script = "")
    {
        await EnsureAsync();
        string name = $"test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}";
        await SqlAsync("postgres", $"CREATE DATABASE {name}");
        if (script.Length > 0)
            await SqlAsync(name, script);
        return name;
    }

    /// <summary>A database's address as SQLAlchemy writes it.</summary>
    public string UrlOf(string database) =>
        $"postgresql+psycopg2://{Uri.EscapeDataString(User)}:{Uri.EscapeDataString(Password)}"
            + $"@{Host}:{Port.ToString(CultureInfo.InvariantCulture)}/{database}";

    /// <summary>Runs statements with psql and returns the rows: columns divided by <c>|</c>, rows by line feeds.</summary>
    public async Task<string> SqlAsync(string database, string script)
    {
        string output = await ServerProcess.RunAsync(
            [
                PostgreSqlPrograms.Find("psql"), "-h", Host, "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", User, "-d", database,
                "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
            ],
            script,
            Password);
        return output.TrimEnd('\n');
    }

    /// <summary>Ends the server at once, without a checkpoint: what was committed is there after <see cref="StartAsync"/>.</summary>
    public async Task StopAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Starts it (again) on the same port.</summary>
    public async Task StartAsync()
    {
        string log = Path.Combine(_directory!, "log");
        _process = await ServerProcess.StartAsync(
            log,
            "QUIT",
            [
                .. PostgreSqlPrograms.AsOrdinaryUser(), PostgreSqlPrograms.Find("postgres"), "-D", Path.Combine(_directory!, "data"),
                "-k", _directory!, "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture),
                "-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c", "fsync=on", "-c", "timezone=Europe/Zurich",
            ]);
        try
        {
            await Eventually.TrueAsync(IsReadyAsync, "the PostgreSQL server answers");
        }
        catch (Exception)
        {
            TestContext.Current.SendDiagnosticMessage(await File.ReadAllTextAsync(log));
            throw;
        }
    }

    /// <summary>The server and all of its processes stand still, as behind a cable that was cut.</summary>
    public void Pause() => _process!.Signal(PosixSignalNumber.Stop);

    /// <summary>They go on.</summary>
    public void Resume() => _process!.Signal(PosixSignalNumber.Continue);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_directory is not null)
            Directory.Delete(_directory, recursive: true);
    }

    private async Task EnsureAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_isReady)
                return;
            if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
                Use(new Uri(named));
            else
                await MakeAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    private void Use(Uri named)
    {
        string[] account = [.. named.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        (Host, Port, User, Password) = (named.Host, named.Port, account[0], account.Length > 1 ? account[1] : "");
        _isReady = true;
    }

    private async Task MakeAsync()
    {
        string initdb = PostgreSqlPrograms.Find("initdb");
        _directory = Directory.CreateTempSubdirectory("scailfin-pg-").FullName;
        string password = Path.Combine(_directory, "password");
        await File.WriteAllTextAsync(password, Password);
        await PostgreSqlPrograms.GiveAwayAsync(_directory);
        await ServerProcess.RunAsync(
            [
                .. PostgreSqlPrograms.AsOrdinaryUser(), initdb, "-D", Path.Combine(_directory, "data"), "-U", User, "-E", "UTF8",
                "--locale=C", "--auth=scram-sha-256", $"--pwfile={password}", "--no-sync", "--no-instructions",
            ]);
        Port = FreePort.Next();
        await StartAsync();
        _isReady = true;
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            return await SqlAsync("postgres", "SELECT 1") == "1";
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
