using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Scailfin.JobController.Logging;

/// <summary>
/// Formats log lines as REANA's log collector parses them: timestamp, logger, thread, level and message, separated by " | " (contract B.7).
/// The collector drops lines of another form, and lines of a logger with dots in its name; so the logger is always <c>root</c>, and each
/// physical line has all five.
/// </summary>
internal sealed class ReanaLogFormatter(TimeZoneInfo zone) : ITextFormatter
{
    private const string LoggerAndThread = " | root | MainThread | ";

    // "lj": strings are written without quotes, as in Python.
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}");

    public void Format(LogEvent logEvent, TextWriter output)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(logEvent.Timestamp, zone);
        string start = local.ToString("yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture)
            + LoggerAndThread + LevelName(logEvent.Level) + " | ";
        var message = new StringWriter(CultureInfo.InvariantCulture);
        Message.Format(logEvent, message);
        WriteLines(output, start, message.ToString());
        if (logEvent.Exception is { } exception)
            WriteLines(output, start, exception.ToString());
    }

    private static void WriteLines(TextWriter output, string start, string text)
    {
        foreach (string line in PhysicalLines.Of(text))
        {
            output.Write(start);
            output.Write(line);
            output.Write('\n');
        }
    }

    /// <summary>Python's names (https://docs.python.org/3/library/logging.html#logging-levels).</summary>
    private static string LevelName(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => "DEBUG",
        LogEventLevel.Information => "INFO",
        LogEventLevel.Warning => "WARNING",
        LogEventLevel.Error => "ERROR",
        _ => "CRITICAL",
    };
}
