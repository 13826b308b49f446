using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Verdicts;

namespace Scailfin.JobManagers.Kubernetes.Logs;

/// <summary>Makes the lines that replace a log, or a part of it, that could not be read.</summary>
internal static class MissingLog
{
    public static string Line(string sentence) => $"[{sentence}]\n";

    /// <summary>The line for a log that Kubernetes refused to serve.</summary>
    public static string Line(string container, ApiRefusal refusal)
    {
        string advice = refusal.Class == RefusalClass.Forbidden ? " The service account needs the right to get \"pods/log\"." : "";
        string answer = MainContainerVerdict.OneLine(refusal.Sentence).TrimEnd('.');
        return Line($"The log of container {container} cannot be read. {answer}.{advice}");
    }

    /// <summary>Adds a line that says that the log before it is incomplete.</summary>
    public static string End(string text, string sentence) =>
        $"{text}{(text.Length > 0 && text[^1] != '\n' ? "\n" : "")}{Line(sentence)}";
}
