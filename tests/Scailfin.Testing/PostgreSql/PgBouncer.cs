using System.Globalization;

namespace Scailfin.Testing.PostgreSql;

/// <summary>pgbouncer in transaction mode in front of a server, as REANA's chart can have it (contract F.3).</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private readonly string _directory;
    private readonly ServerProcess _process;

    private PgBouncer(string directory, ServerProcess process, int port)
    {
        _directory = directory;
        _process = process;
        Port = port;
    }

    public string Host => "127.0.0.1";

    public int Port { get; }

    /// <summary>Starts one with so many connections to the server.</summary>
    public static async Task<PgBouncer> StartAsync(PostgreSqlServer server, string database, int connections = 2)
    {
        string program = PostgreSqlPrograms.Find("pgbouncer");
        string directory = Directory.CreateTempSubdirectory("scailfin-pgb-").FullName;
        int port = FreePort.Next();
        string users = Path.Combine(directory, "users.txt");
        await File.WriteAllTextAsync(users, $"\"{server.User}\" \"{server.Password.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
        string settings = Path.Combine(directory, "pgbouncer.ini");
        await File.WriteAllTextAsync(
            settings,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                [databases]
                {database} = host={server.Host} port={server.Port}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {port}
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = {users}
                pool_mode = transaction
                default_pool_size = {connections}
                max_client_conn = 500

                """));
        await PostgreSqlPrograms.GiveAwayAsync(directory);
        ServerProcess process = await ServerProcess.StartAsync(
            Path.Combine(directory, "log"), "KILL", [.. PostgreSqlPrograms.AsOrdinaryUser(), program, settings]);
        var bouncer = new PgBouncer(directory, process, port);
        await Eventually.TrueAsync(bouncer.IsListeningAsync, "pgbouncer answers");
        return bouncer;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<bool> IsListeningAsync()
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            await client.ConnectAsync(Host, Port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
