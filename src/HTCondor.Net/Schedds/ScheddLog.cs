using Microsoft.Extensions.Logging;

namespace HTCondor.Net.Schedds;

internal static partial class ScheddLog
{
    [LoggerMessage(4100, LogLevel.Information, "HTCondor is reached through its library, {Version}")]
    public static partial void Native(this ILogger<Schedd> logger, string version);

    [LoggerMessage(4101, LogLevel.Warning, "HTCondor is reached through its command line, because its library cannot be used: {Reason}")]
    public static partial void FellBack(this ILogger<Schedd> logger, string reason);
}
