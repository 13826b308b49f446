using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace Scailfin.JobController.Logging;

/// <summary>The service's own log, on standard error.</summary>
internal static class ServiceLog
{
    private const string ForPeople = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <param name="logging">The logging builder.</param>
    /// <param name="settings">The log's level and format.</param>
    /// <param name="notes">The first lines of the log.</param>
    /// <param name="errorsOnly">Whether only errors are written, for a service that runs inside a command.</param>
    public static void UseServiceLog(this ILoggingBuilder logging, LogSettings settings, IReadOnlyList<string> notes, bool errorsOnly)
    {
        Logger logger = Create(settings with { Level = errorsOnly ? LogEventLevel.Error : settings.Level });
        foreach (string note in notes)
            logger.Warning("{Note}", note);
        logging.ClearProviders();

        // The framework has a minimum level of its own: it is set to pass all lines, so that only the logger's level decides.
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddSerilog(logger, dispose: true);
    }

    /// <summary>Writes errors of a process that has no service, in the form of the log, so that REANA's users see them too.</summary>
    public static void WriteErrors(LogSettings settings, IEnumerable<string> problems)
    {
        using Logger logger = Create(settings);
        foreach (string problem in problems)
            logger.Error("{Problem}", problem);
    }

    private static Logger Create(LogSettings settings)
    {
        LoggerSinkConfiguration sink = new LoggerConfiguration()
            .MinimumLevel.Is(settings.Level)
            .MinimumLevel.Override("Microsoft", settings.Level < LogEventLevel.Warning ? LogEventLevel.Warning : settings.Level)
            .WriteTo;
        LoggerConfiguration configuration = settings.Format switch
        {
            LogFormat.Json => sink.Console(new CompactJsonFormatter(), standardErrorFromLevel: LogEventLevel.Verbose),
            LogFormat.Reana => sink.Console(new ReanaLogFormatter(TimeZoneInfo.Local), standardErrorFromLevel: LogEventLevel.Verbose),
            _ => sink.Console(outputTemplate: ForPeople, standardErrorFromLevel: LogEventLevel.Verbose),
        };
        return configuration.CreateLogger();
    }
}
