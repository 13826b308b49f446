using Microsoft.Extensions.Logging;

namespace Scailfin.JobManagers.HTCondor.Submitters;

internal static partial class ScheddTransportsLog
{
    [LoggerMessage(EventId = 704, Level = LogLevel.Information, Message = "HTCondor is reached through its library, {Version}")]
    public static partial void LogNative(this ILogger<ScheddTransports> logger, string version);

    [LoggerMessage(
        EventId = 705,
        Level = LogLevel.Warning,
        Message = "HTCondor is reached through its command line, because its library cannot be used: {Reason}")]
    public static partial void LogCommandLine(this ILogger<ScheddTransports> logger, string reason);
}
