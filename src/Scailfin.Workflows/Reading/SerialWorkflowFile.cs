using Scailfin.Core.JobManagers;
using Scailfin.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Scailfin.Workflows.Reading;

/// <summary>Reads a <c>reana.yaml</c> whose workflow is serial.</summary>
internal static class SerialWorkflowFile
{
    /// <param name="path">The file.</param>
    /// <param name="fields">The fields of a job request that a step may have: strings, flags and numbers.</param>
    public static SerialWorkflow Read(string path, IReadOnlyCollection<RequestField> fields)
    {
        string file = Path.GetFullPath(path);
        try
        {
            return Parse(File.ReadAllText(file), file, fields);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WorkflowFileException($"The workflow file cannot be read: {e.Message}", e);
        }
    }

    public static SerialWorkflow Parse(string text, string file, IReadOnlyCollection<RequestField> fields)
    {
        YamlPlace root = Root(text, file);
        YamlPlace workflow = root.Require("workflow");
        YamlPlace type = workflow.Require("type");
        if (type.Text() != "serial")
            throw type.Problem("only serial workflows can be run here; run others through REANA.");
        YamlPlace? inputs = root.Find("inputs");
        YamlPlace? outputs = root.Find("outputs");
        return new SerialWorkflow
        {
            File = file,
            InputFiles = Paths(inputs?.Find("files")),
            InputDirectories = Paths(inputs?.Find("directories")),
            Parameters = Parameters(inputs?.Find("parameters")),
            Steps = Steps(workflow.Require("specification").Require("steps"), new WorkflowStepReader(fields)),
            OutputFiles = Paths(outputs?.Find("files")),
            OutputDirectories = Paths(outputs?.Find("directories")),
        };
    }

    private static YamlPlace Root(string text, string file)
    {
        YamlStream stream;
        try
        {
            using var reader = new StringReader(text);
            stream = BoundedYaml.Load(reader);
        }
        catch (YamlException e)
        {
            throw new WorkflowFileException($"{file}:{e.Start.Line}: this is not YAML: {e.Message}", e);
        }
        if (stream.Documents.Count != 1)
            throw new WorkflowFileException($"{file}:1: the file holds {stream.Documents.Count} YAML documents: it must hold one.");
        return new YamlPlace(file, "", stream.Documents[0].RootNode);
    }

    private static IReadOnlyList<WorkflowStep> Steps(YamlPlace place, WorkflowStepReader reader)
    {
        IReadOnlyList<YamlPlace> items = place.Items();
        if (items.Count == 0)
            throw place.Problem("it must hold at least one step.");
        return [.. items.Select((item, i) => reader.Read(item, i + 1))];
    }

    private static IReadOnlyList<string> Paths(YamlPlace? place) =>
        place is null ? [] : [.. place.Items().Select(Inside)];

    /// <summary>
    /// The same rule for inputs and outputs: nothing outside the folder is read and nothing outside the workspace is taken.
    /// </summary>
    private static string Inside(YamlPlace place)
    {
        string path = place.NonEmptyText();
        if (Path.IsPathRooted(path) || path.Split('/').Contains("..", StringComparer.Ordinal))
            throw place.Problem("it must be a relative path that stays inside the folder (no leading '/', no '..').");
        return path;
    }

    private static Dictionary<string, string> Parameters(YamlPlace? place)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, YamlPlace value) in place?.Members() ?? [])
            values.Add(name, value.Text());
        return values;
    }
}
