using System.Globalization;
using Scailfin.JobController.Settings;
using Serilog.Events;

namespace Scailfin.JobController.Logging;

internal enum LogFormat
{
    /// <summary>For people at a terminal.</summary>
    Console,

    /// <summary>Compact JSON, a line an event.</summary>
    Json,

    /// <summary>The format that REANA's log collector parses (contract B.7).</summary>
    Reana,
}

/// <summary>How much the service says on standard error, and in which form.</summary>
internal sealed record LogSettings
{
    private const string LevelVariable = "SCAILFIN_LOG_LEVEL";
    private const string Default = "INFO";

    /// <summary><c>SCAILFIN_LOG_FORMAT</c>; in a sidecar REANA's.</summary>
    public LogFormat Format { get; init; } = LogFormat.Console;

    /// <summary><c>SCAILFIN_LOG_LEVEL</c>, in a sidecar else <c>REANA_LOG_LEVEL</c>.</summary>
    public LogEventLevel Level { get; init; } = LogEventLevel.Information;

    public static LogSettings Read(SettingsReader reader, ServiceMode mode)
    {
        const string Rule = "one of Python's level names DEBUG, INFO, WARNING, ERROR, CRITICAL, or a number such as 20";
        bool sidecar = mode == ServiceMode.Sidecar;
        string format = reader.Choice("SCAILFIN_LOG_FORMAT", sidecar ? "reana" : "console", "console", "json", "reana");
        string level = sidecar
            ? reader.Text("REANA_LOG_LEVEL", Default, text => Parse(text) is not null, Rule)
            : reader.Text("REANA_LOG_LEVEL", Default);
        if (sidecar && reader.Peek(LevelVariable) is null && reader.Peek("REANA_LOG_LEVEL") is not null)
            reader.Remember(LevelVariable, level, "REANA_LOG_LEVEL");
        else
            level = reader.Text(LevelVariable, Default, text => Parse(text) is not null, Rule);
        if (reader.Optional("REANA_LOG_FORMAT") is not null && sidecar)
            reader.Note(
                "REANA_LOG_FORMAT is set, and has no effect: a sidecar writes REANA's default format, which its log collector expects");
        return new LogSettings
        {
            Format = format switch
            {
                "json" => LogFormat.Json,
                "reana" => LogFormat.Reana,
                _ => LogFormat.Console,
            },
            Level = Parse(level) ?? LogEventLevel.Information,
        };
    }

    /// <summary>Python's names and numbers (https://docs.python.org/3/library/logging.html#logging-levels), in any case.</summary>
    private static LogEventLevel? Parse(string text) => text.ToUpperInvariant() switch
    {
        "NOTSET" => LogEventLevel.Verbose,
        "DEBUG" => LogEventLevel.Debug,
        "INFO" => LogEventLevel.Information,
        "WARNING" or "WARN" => LogEventLevel.Warning,
        "ERROR" => LogEventLevel.Error,
        "CRITICAL" or "FATAL" => LogEventLevel.Fatal,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number switch
        {
            0 => LogEventLevel.Verbose,
            <= 10 => LogEventLevel.Debug,
            <= 20 => LogEventLevel.Information,
            <= 30 => LogEventLevel.Warning,
            <= 40 => LogEventLevel.Error,
            _ => LogEventLevel.Fatal,
        },
        _ => null,
    };
}
