namespace Scailfin.JobController.Logging;

internal static partial class SettingsLog
{
    [LoggerMessage(EventId = 300, Level = LogLevel.Warning, Message = "{Note}")]
    public static partial void LogNote(this ILogger logger, string note);

    [LoggerMessage(EventId = 301, Level = LogLevel.Information, Message = "Variables that are set and have no effect: {Names}")]
    public static partial void LogWithoutEffect(this ILogger logger, string names);
}
