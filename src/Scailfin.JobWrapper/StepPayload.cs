using System.Text;
using Scailfin.Core.Jobs;

namespace Scailfin.JobWrapper;

/// <summary>
/// The text that the step's shell evaluates: its environment, then the command, with standard input empty. It is base64 near the script's
/// end, and is written for any POSIX shell, because not every image has bash.
/// </summary>
internal static class StepPayload
{
    // Container runtimes add these variables; they are unset, so that a step sees only its image's variables and its own.
    private const string RuntimesOwn =
        "unset APPTAINER_BIND APPTAINER_COMMAND APPTAINER_CONTAINER APPTAINER_ENVIRONMENT APPTAINER_NAME APPTAINER_APPNAME "
        + "SINGULARITY_BIND SINGULARITY_COMMAND SINGULARITY_CONTAINER SINGULARITY_ENVIRONMENT SINGULARITY_NAME SINGULARITY_APPNAME "
        + "PROMPT_COMMAND PS1 USER_PATH CH_RUNNING container SHIFTER_RUNTIME SHIFTER_IMAGE SHIFTER_IMAGEREQUEST\n"
        + "[ \"${LD_LIBRARY_PATH-}\" != /.singularity.d/libs ] || [ -n \"$(ls /.singularity.d/libs 2>/dev/null)\" ] "
        + "|| unset LD_LIBRARY_PATH\n";

    /// <summary>Encodes the payload with the workspace at its own path.</summary>
    public static string Encode(Attempt attempt) => Lines(Text(attempt, BashText.Quote, ""));

    /// <summary>
    /// Encodes the payload with the workspace at the path in the shell variable <c>scailfin_workspace</c>, which the step does not see.
    /// </summary>
    public static string EncodeMoved(Attempt attempt)
    {
        string workspace = attempt.Spec.WorkflowWorkspace.TrimEnd('/');
        return Lines(Text(
            attempt,
            text => string.Join("\"$scailfin_workspace\"", MovedPath.Split(text, workspace).Select(BashText.Quote)),
            "unset scailfin_workspace\n"));
    }

    private static string Text(Attempt attempt, Func<string, string> quote, string before)
    {
        var step = new StringBuilder(RuntimesOwn);
        foreach ((string name, string value) in attempt.Spec.Environment)
            step.Append($"export {name}={quote(value)}\n");
        step.Append($"export SCAILFIN_ATTEMPT={attempt.Identity}\n");
        step.Append("exec </dev/null\n");
        step.Append($"eval {BashText.Quote(before)}{quote(attempt.Spec.Command)}\n");
        return step.ToString();
    }

    private static string Lines(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n");
}
