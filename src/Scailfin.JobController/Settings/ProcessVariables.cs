using System.Collections;

namespace Scailfin.JobController.Settings;

/// <summary>The environment of this process.</summary>
internal static class ProcessVariables
{
    public static IReadOnlyDictionary<string, string> Read() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
