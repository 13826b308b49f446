using System.Text;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper.Receipts;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobWrapper;

/// <summary>Renders the script of one attempt. Pure: the same text for the same attempt, profile and place.</summary>
public static class WrapperScript
{
    // The line with the nonce comes before all text that a user can choose, within this number of characters from the beginning.
    private const int HeadLength = 16 << 10;
    private const string NonceBegin = "nonce='";

    /// <summary>Lists values that cannot be passed to a step's shell, and an image that this site does not allow.</summary>
    public static IReadOnlyList<SpecProblem> Validate(JobSpec spec, SiteProfile profile)
    {
        var problems = new List<SpecProblem>();
        foreach ((string name, string value) in spec.Environment)
        {
            if (!IsVariableName(name))
                problems.Add(new SpecProblem(
                    "env_vars",
                    $"env_vars: '{name}' is not the name of a shell variable: "
                        + "letters, digits and underscores, not beginning with a digit."));
            else if (value.Contains('\0', StringComparison.Ordinal))
                problems.Add(new SpecProblem("env_vars", $"env_vars: the value of '{name}' contains a NUL character."));
        }

        // Container runtimes take bind mounts as SOURCE:TARGET, some of them several at once, separated by commas.
        if (spec.WorkflowWorkspace.AsSpan().ContainsAny(':', ','))
            problems.Add(new SpecProblem(
                "workflow_workspace",
                $"workflow_workspace: '{spec.WorkflowWorkspace}' contains a colon or a comma, which no container runtime can bind."));
        else if (spec.WorkflowWorkspace.Any(char.IsControl))
            problems.Add(new SpecProblem("workflow_workspace", "workflow_workspace: a path has no control characters."));
        if (spec.Command.Contains('\0', StringComparison.Ordinal))
            problems.Add(new SpecProblem("cmd", "cmd: the command contains a NUL character."));
        if (ImageName.Problem(spec.DockerImage, profile) is { } image)
            problems.Add(new SpecProblem("docker_img", image));
        return problems;
    }

    /// <summary>The script, to be stored as <see cref="WrapperFiles.ScriptName"/> with mode 0600. Run it with bash.</summary>
    /// <exception cref="ArgumentException">The place has no directory.</exception>
    public static string Render(Attempt attempt, SiteProfile profile, WrapperPlace place)
    {
        place.Check();
        string parts = string.Concat(
            ScriptParts.Head(ScriptSettings.Of(attempt, profile, place)),
            ScriptParts.Text(profile, place.Staging),
            "\n# --- the step: its environment and command, as base64; then the same with the workspace at another path\n\n",
            $"payload='{StepPayload.Encode(attempt)}'\n",
            $"payload_moved='{(MayMove(profile, place) ? StepPayload.EncodeMoved(attempt) : "")}'\n");
        return parts + ScriptParts.Main(parts);
    }

    /// <summary>Finds the nonce in a script that was rendered; null if it has none.</summary>
    public static string? NonceOf(string script)
    {
        foreach (ReadOnlySpan<char> line in script.AsSpan(0, Math.Min(script.Length, HeadLength)).EnumerateLines())
        {
            if (!line.StartsWith(NonceBegin, StringComparison.Ordinal))
                continue;
            ReadOnlySpan<char> rest = line[NonceBegin.Length..];
            int end = rest.IndexOf('\'');
            return end > 0 && WrapperPlace.IsNonce(rest[..end].ToString()) ? rest[..end].ToString() : null;
        }

        return null;
    }

    /// <summary>Finds the nonce in the script in that file; null if there is no such file, or no nonce. No link is followed.</summary>
    /// <exception cref="FormatException">The path is not a plain file.</exception>
    /// <exception cref="IOException">The file cannot be read, so it is not known whether it has a nonce.</exception>
    public static string? NonceOfFile(string path) =>
        UnlinkedFile.ReadHead(path, HeadLength) is { } head ? NonceOf(Encoding.UTF8.GetString(head.Span)) : null;

    /// <summary>Whether the step may have to do with its workspace at another path than its own.</summary>
    internal static bool MayMove(SiteProfile profile, WrapperPlace place) =>
        (place.Staging != StagingMode.Shared && profile.Runtimes.Contains("none"))
        || (profile.ContainerWorkspaceRoot.Length > 0 && profile.Runtimes.Contains("shifter"));

    private static bool IsVariableName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
