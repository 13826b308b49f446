namespace Scailfin.JobController.Configuration;

internal static partial class ConfigurationLog
{
    [LoggerMessage(EventId = 300, Level = LogLevel.Warning, Message = "{Note}")]
    public static partial void LogNote(this ILogger logger, string note);
}
