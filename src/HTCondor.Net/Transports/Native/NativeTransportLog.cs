using Microsoft.Extensions.Logging;

namespace HTCondor.Net.Transports.Native;

internal static partial class NativeTransportLog
{
    [LoggerMessage(1, LogLevel.Debug, "HTCondor worker {ProcessId} is ready, as user {UserId}: {Version}")]
    public static partial void Started(ILogger logger, int processId, int userId, string version);

    [LoggerMessage(2, LogLevel.Warning, "An HTCondor worker ended ({How}) and will be replaced; its last output: {LastWords}")]
    public static partial void Lost(ILogger logger, string how, string lastWords);

    [LoggerMessage(3, LogLevel.Information, "An HTCondor worker ended while it had nothing to do ({How})")]
    public static partial void EndedIdle(ILogger logger, string how);

    [LoggerMessage(4, LogLevel.Warning, "An HTCondor worker is not available. {Problem}")]
    public static partial void NotStarted(ILogger logger, string problem);
}
