using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace Scailfin.JobController.Logging;

/// <summary>The service's own log, on standard error: for people, or as compact JSON.</summary>
internal static class ServiceLog
{
    private const string Template = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    public static void UseServiceLog(this ILoggingBuilder logging, bool json, bool errorsOnly)
    {
        LoggerConfiguration configuration = new LoggerConfiguration()
            .MinimumLevel.Is(errorsOnly ? LogEventLevel.Error : LogEventLevel.Information)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning);
        Logger logger = json
            ? configuration.WriteTo.Console(new CompactJsonFormatter(), standardErrorFromLevel: LogEventLevel.Verbose).CreateLogger()
            : configuration.WriteTo.Console(outputTemplate: Template, standardErrorFromLevel: LogEventLevel.Verbose).CreateLogger();
        logging.ClearProviders();
        logging.AddSerilog(logger, dispose: true);
    }
}
