using System.Collections;
using System.Diagnostics;

namespace HTCondor.Net.Transports;

/// <summary>
/// The part of this process's environment that HTCondor's programs inherit: variables that they need to find their pool and their
/// user's credentials, and no secret of this process.
/// </summary>
internal static class InheritedEnvironment
{
    private static readonly string[] Names =
    [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "CONDOR_CONFIG", "DOCKER_HOST", "DOCKER_API_VERSION",
    ];
    private static readonly string[] Prefixes = ["_CONDOR_", "LC_", "KRB5"];

    // Not inherited if the program runs as another user, who has his own home.
    private static readonly string[] Personal = ["HOME", "USER", "LOGNAME", "TMPDIR"];

    /// <summary>Gives a program this and nothing else.</summary>
    /// <param name="start">The start information of the program.</param>
    /// <param name="further">Variables that are added, or replace inherited ones.</param>
    public static void Give(ProcessStartInfo start, IReadOnlyDictionary<string, string> further)
    {
        start.Environment.Clear();
        foreach (DictionaryEntry pair in System.Environment.GetEnvironmentVariables())
        {
            string name = (string)pair.Key;
            if (IsInherited(name) && (start.UserName.Length == 0 || !Personal.Contains(name)))
                start.Environment[name] = (string?)pair.Value;
        }

        foreach ((string name, string value) in further)
            start.Environment[name] = value;
    }

    private static bool IsInherited(string name) =>
        Names.Contains(name) || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
