using System.Net.Sockets;
using Npgsql;
using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>Classifies database errors as transient or permanent.</summary>
internal static class PostgreSqlErrors
{
    /// <summary>
    /// Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html that concern the server or the access to it, not the
    /// statement. A write that meets one of them must wait and not be dropped: also while a password is being changed or a database
    /// restored.
    /// </summary>
    private static readonly string[] OfTheServer =
    [
        "08", // connection; also all errors of pgbouncer itself (08P01)
        "25006", // read only: a standby before its promotion
        "28", // login refused
        "3D", // no such database
        "40", // serialisation, deadlock
        "53", // disk full, out of memory, too many connections
        "55", // lock not available, not in the required state
        "57", // shut down, starting, cancelled by a timeout
        "58", // the server's system: I/O
    ];

    public static bool IsOfTheServer(Exception exception) => exception switch
    {
        PostgresException refused =>
            refused.IsTransient || Array.Exists(OfTheServer, code => refused.SqlState.StartsWith(code, StringComparison.Ordinal)),
        NpgsqlException or TimeoutException or SocketException or IOException => true,
        _ => false,
    };

    /// <summary>Whether the exception comes from the database or from the connection to it.</summary>
    public static bool IsOfStorage(Exception exception) =>
        exception is NpgsqlException or TimeoutException or SocketException or IOException;

    /// <summary>
    /// The exception that the store's contract names, with a sentence for the operator. Npgsql's messages never hold the password.
    /// </summary>
    public static JobStoreException Translate(Exception exception, PostgreSqlOptions options)
    {
        string text = exception is PostgresException refused
            ? $"{refused.MessageText} (SQLSTATE {refused.SqlState})"
            : exception.InnerException is { } inner ? $"{exception.Message}: {inner.Message}" : exception.Message;
        return IsOfTheServer(exception)
            ? new JobStoreUnavailableException($"{options} cannot be used now: {text}", exception)
            : new JobStoreException($"{options} refuses: {text}", exception);
    }

    public static bool Is(Exception exception, params ReadOnlySpan<string> states) =>
        exception is PostgresException { SqlState: { } state } && states.Contains(state);
}
