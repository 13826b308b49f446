using Scailfin.Core.JobManagers;

namespace Scailfin.Workflows;

/// <summary>A REANA serial workflow, as its file says; the commands still hold their parameters' names.</summary>
internal sealed record SerialWorkflow
{
    /// <summary>The file's full path: inputs are relative to its folder, and messages name it.</summary>
    public required string File { get; init; }

    public required IReadOnlyList<string> InputFiles { get; init; }

    public required IReadOnlyList<string> InputDirectories { get; init; }

    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    public required IReadOnlyList<WorkflowStep> Steps { get; init; }

    public required IReadOnlyList<string> OutputFiles { get; init; }

    public required IReadOnlyList<string> OutputDirectories { get; init; }

    public string Folder => Path.GetDirectoryName(File) ?? "/";

    /// <summary>Replaces values of declared parameters; a name that the file does not declare is most likely mistyped.</summary>
    public SerialWorkflow With(IReadOnlyDictionary<string, string> values)
    {
        var parameters = new Dictionary<string, string>(Parameters, StringComparer.Ordinal);
        foreach ((string name, string value) in values)
        {
            if (!parameters.ContainsKey(name))
                throw new WorkflowFileException($"{File} declares no parameter '{name}'; it declares: {Declared()}.");
            parameters[name] = value;
        }
        return this with { Parameters = parameters };
    }

    /// <summary>All commands of all steps in order, expanded; throws before anything has run.</summary>
    public IReadOnlyList<WorkflowCommand> Commands()
    {
        var commands = new List<WorkflowCommand>();
        foreach (WorkflowStep step in Steps)
        {
            foreach (string text in step.Commands)
            {
                if (!Template.TrySubstitute(text, Parameters, out string expanded, out string? problem))
                    throw new WorkflowFileException($"{File}: step '{step.Name}', command '{text}': {problem}");
                commands.Add(new WorkflowCommand(commands.Count + 1, step, expanded));
            }
        }
        return commands;
    }

    private string Declared() =>
        Parameters.Count == 0 ? "none" : string.Join(", ", Parameters.Keys.Order(StringComparer.Ordinal));
}

/// <param name="Name">The name as written, else <c>step-N</c>.</param>
/// <param name="Environment">The container image.</param>
/// <param name="Fields">Further fields of the job request, by their API name.</param>
/// <param name="Commands">The commands as written.</param>
internal sealed record WorkflowStep(
    string Name, string Environment, IReadOnlyList<StepField> Fields, IReadOnlyList<string> Commands);

internal sealed record StepField(string Name, string Value, RequestFieldType Kind);

/// <param name="Number">The command's number in the whole workflow, from 1.</param>
/// <param name="Step">The step that the command belongs to.</param>
/// <param name="Text">The command, ready to run.</param>
internal sealed record WorkflowCommand(int Number, WorkflowStep Step, string Text);
