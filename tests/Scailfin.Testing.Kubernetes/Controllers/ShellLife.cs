using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>
/// Reads the life of a pod from its command, for tests that only choose commands: <c>echo words</c>, <c>printf words</c>, <c>sleep
/// seconds</c>, <c>exit code</c>, <c>true</c>, <c>false</c>, joined by <c>;</c>, <c>&amp;&amp;</c> or newlines. Anything else does nothing.
/// </summary>
public static partial class ShellLife
{
    public static PodLife Of(StoredObject pod)
    {
        JsonObject container = pod.Spec.Objects("containers").First();
        string script = (container["args"] as JsonArray ?? container["command"] as JsonArray)?.LastOrDefault()?.ToString() ?? "";
        return Of(script.Replace("$$", "$"));
    }

    public static PodLife Of(string script)
    {
        PodLife life = PodLife.Starts();
        int last = 0;
        foreach (string command in Separator().Split(script).Select(part => part.Trim()))
        {
            string[] words = command.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            string rest = words.Length > 1 ? Redirection().Replace(words[1], "").Trim().Trim('"', '\'') : "";
            switch (words.FirstOrDefault())
            {
                case "echo":
                    life = life.Writes(rest + "\n");
                    last = 0;
                    break;
                case "printf":
                    life = life.Writes(rest.Replace("\\n", "\n"));
                    last = 0;
                    break;
                case "sleep" when rest == "infinity": // also a number
                    return life;
                case "sleep" when double.TryParse(rest, CultureInfo.InvariantCulture, out double seconds):
                    life = life.For(TimeSpan.FromSeconds(seconds));
                    last = 0;
                    break;
                case "exit":
                    return life.Exits(rest.Length == 0 ? last : int.Parse(rest, CultureInfo.InvariantCulture) & 255);
                case "true":
                    last = 0;
                    break;
                case "false":
                    last = 1;
                    break;
            }
        }
        return life.Exits(last);
    }

    [GeneratedRegex(@";|&&|\n", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Separator();

    [GeneratedRegex(@"[12]?>\s*&?\S+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Redirection();
}
