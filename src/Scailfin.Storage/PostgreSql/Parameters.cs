using Npgsql;
using NpgsqlTypes;
using Scailfin.Core.Jobs;

namespace Scailfin.Storage.PostgreSql;

/// <summary>Positional parameters with their types said: the server guesses nothing, and nothing is prepared.</summary>
internal static class Parameters
{
    public static NpgsqlParameter Text(string? value) => Of(NpgsqlDbType.Text, StoredText.Clean(value));

    public static NpgsqlParameter Json(string? value) => Of(NpgsqlDbType.Json, value);

    public static NpgsqlParameter Uuid(Guid value) => Of(NpgsqlDbType.Uuid, value);

    public static NpgsqlParameter Boolean(bool value) => Of(NpgsqlDbType.Boolean, value);

    public static NpgsqlParameter Integer(int value) => Of(NpgsqlDbType.Integer, value);

    public static NpgsqlParameter Long(long value) => Of(NpgsqlDbType.Bigint, value);

    public static NpgsqlParameter Time(DateTimeOffset? value) => Of(NpgsqlDbType.TimestampTz, value?.UtcDateTime);

    /// <summary>REANA's columns have no time zone and hold UTC (contract G.1).</summary>
    public static NpgsqlParameter NaiveUtc(DateTimeOffset? value) =>
        Of(NpgsqlDbType.Timestamp, value is { } time ? DateTime.SpecifyKind(time.UtcDateTime, DateTimeKind.Unspecified) : null);

    /// <summary>
    /// A string parameter without a type: PostgreSQL gives it the type of the column with which it is used. So the name and the schema of
    /// an enum need not be known (contract G.1: they follow the search path of the role that created them).
    /// </summary>
    public static NpgsqlParameter Untyped(string value) => Of(NpgsqlDbType.Unknown, value);

    /// <summary>The four columns of timeline entries.</summary>
    public static NpgsqlParameter[] Entries(IReadOnlyList<TimelineEntry> entries) =>
    [
        Of(NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, entries.Select(entry => entry.At.UtcDateTime).ToArray()),
        Of(NpgsqlDbType.Array | NpgsqlDbType.Integer, entries.Select(entry => entry.Attempt).ToArray()),
        Of(NpgsqlDbType.Array | NpgsqlDbType.Text, entries.Select(entry => StoredText.Clean(entry.Event)).ToArray()),
        Of(NpgsqlDbType.Array | NpgsqlDbType.Text, entries.Select(entry => StoredText.Clean(entry.Detail)).ToArray()),
    ];

    public static NpgsqlBatchCommand Command(string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (NpgsqlParameter parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter Of(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
