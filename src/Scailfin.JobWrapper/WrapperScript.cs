using System.Reflection;
using System.Text;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.JobWrapper;

/// <summary>Renders the script of one attempt. Pure: the same text for the same attempt, profile and directory.</summary>
public static class WrapperScript
{
    private static readonly string Template = ReadTemplate();

    /// <summary>What cannot be carried into a step's shell.</summary>
    public static IReadOnlyList<SpecProblem> Validate(JobSpec spec, SiteProfile profile)
    {
        var problems = new List<SpecProblem>();
        foreach ((string name, string value) in spec.Environment)
        {
            if (!IsVariableName(name))
                problems.Add(new SpecProblem("env_vars", $"env_vars: '{name}' is not the name of a shell variable: letters, digits and underscores, not beginning with a digit."));
            else if (value.Contains('\0', StringComparison.Ordinal))
                problems.Add(new SpecProblem("env_vars", $"env_vars: the value of '{name}' contains a NUL character."));
        }

        // Container runtimes take what to bind as SOURCE:TARGET, some of them as a list with commas.
        if (spec.WorkflowWorkspace.AsSpan().ContainsAny(':', ','))
            problems.Add(new SpecProblem("workflow_workspace", $"workflow_workspace: '{spec.WorkflowWorkspace}' contains a colon or a comma, which no container runtime can bind."));
        if (spec.Command.Contains('\0', StringComparison.Ordinal))
            problems.Add(new SpecProblem("cmd", "cmd: the command contains a NUL character."));
        if (ImageName.Problem(spec.DockerImage, profile) is { } image)
            problems.Add(new SpecProblem("docker_img", image));
        return problems;
    }

    /// <summary>The script, to be stored under <see cref="WrapperFiles.Script"/> of that directory with mode 0600.</summary>
    public static string Render(Attempt attempt, SiteProfile profile, WrapperPlace place)
    {
        place.Check();
        string directory = place.Directory ?? "";
        var text = new StringBuilder(Template);
        Set(text, "VERSION", typeof(WrapperScript).Assembly.GetName().Version?.ToString(3) ?? "0");
        Set(text, "IDENTITY", attempt.Identity);
        Set(text, "JOB_ID", BashText.Quote(attempt.JobId.ToString()));
        Set(text, "ATTEMPT", attempt.Number.ToString());
        Set(text, "TIMEOUT_S", ((long)Math.Ceiling(attempt.Spec.Timeout.TotalSeconds)).ToString());
        Set(text, "GRACE_S", ((long)Math.Ceiling(profile.StopGrace.TotalSeconds)).ToString());
        Set(text, "LOG_HEAD", profile.LogHead.ToString());
        Set(text, "LOG_TAIL", profile.LogTail.ToString());
        Set(text, "RUNTIMES", BashText.Quote(string.Join(' ', profile.Runtimes)));

        // Free text comes last, so that none of it can look like a placeholder that is still to be filled.
        string filled = Fill(text.ToString(), new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["@DIRECTORY@"] = BashText.Quote(directory),
            ["@WORKSPACE@"] = BashText.Quote(attempt.Spec.WorkflowWorkspace),
            ["@IMAGE@"] = BashText.Quote(attempt.Spec.DockerImage),
            ["@IMAGE_DIRECTORY@"] = BashText.Quote(profile.ImageDirectories.Count == 0 ? "" : profile.ImageDirectories[0]),
        });
        return filled + Payload(attempt);
    }

    /// <summary>What the step's shell evaluates: its environment, then the command, then nothing; standard input is empty for the command.</summary>
    private static string Payload(Attempt attempt)
    {
        var step = new StringBuilder();
        foreach ((string name, string value) in attempt.Spec.Environment)
            step.Append($"export {name}={BashText.Quote(value)}\n");
        step.Append($"export SCAILFIN_ATTEMPT={attempt.Identity}\n");
        step.Append("exec </dev/null\n");
        step.Append($"eval {BashText.Quote(attempt.Spec.Command)}\n");
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(step.ToString()), Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n") + "\n";
    }

    private static void Set(StringBuilder text, string name, string value) => text.Replace($"@{name}@", value);

    private static string Fill(string template, Dictionary<string, string> values) => string.Join('\n', template.Split('\n').Select(line =>
    {
        string? placeholder = values.Keys.FirstOrDefault(key => line.EndsWith($"={key}", StringComparison.Ordinal));
        return placeholder is null ? line : line.Replace(placeholder, values[placeholder], StringComparison.Ordinal);
    }));

    private static bool IsVariableName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static string ReadTemplate()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("wrapper.sh")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
