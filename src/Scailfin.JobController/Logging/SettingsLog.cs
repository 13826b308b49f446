namespace Scailfin.JobController.Logging;

internal static partial class SettingsLog
{
    [LoggerMessage(EventId = 300, Level = LogLevel.Warning, Message = "{Note}")]
    public static partial void LogNote(this ILogger logger, string note);
}
