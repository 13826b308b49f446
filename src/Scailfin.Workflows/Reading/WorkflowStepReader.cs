using System.Globalization;
using Scailfin.Core.JobManagers;

namespace Scailfin.Workflows.Reading;

/// <summary>
/// One step of <c>workflow.specification.steps</c>. An unknown key is an error: otherwise a mistyped limit would be ignored.
/// </summary>
internal sealed class WorkflowStepReader(IReadOnlyCollection<RequestField> fields)
{
    private static readonly string[] Others = ["name", "environment", "commands"];

    private readonly Dictionary<string, RequestFieldType> _fields =
        fields.ToDictionary(field => field.Name, field => field.Type, StringComparer.Ordinal);

    public WorkflowStep Read(YamlPlace place, int number)
    {
        string name = place.Find("name")?.NonEmptyText() ?? $"step-{number}";
        string environment = place.Require("environment").NonEmptyText();
        YamlPlace commands = place.Require("commands");
        IReadOnlyList<string> texts = [.. commands.Items().Select(item => item.NonEmptyText())];
        if (texts.Count == 0)
            throw commands.Problem("it must hold at least one command.");

        var sent = new List<StepField>();
        foreach ((string key, YamlPlace value) in place.Members())
        {
            if (!Others.Contains(key, StringComparer.Ordinal))
                sent.Add(Field(key, value));
        }
        return new WorkflowStep(name, environment, sent, texts);
    }

    private StepField Field(string key, YamlPlace value)
    {
        // The file format's unpacked_image is the API's unpacked_img.
        string name = key == "unpacked_image" ? "unpacked_img" : key;
        if (!_fields.TryGetValue(name, out RequestFieldType type))
        {
            IEnumerable<string> known = Others.Concat(_fields.Keys.Order(StringComparer.Ordinal));
            throw value.Problem($"no step has such a key; known are {string.Join(", ", known)}.");
        }

        return type switch
        {
            RequestFieldType.Flag => new StepField(name, Flag(value), type),
            RequestFieldType.Number => new StepField(name, Number(value), type),
            _ => new StepField(name, value.NonEmptyText(), type),
        };
    }

    private static string Flag(YamlPlace value) => value.Text() switch
    {
        "true" or "True" or "TRUE" => "true",
        "false" or "False" or "FALSE" => "false",
        _ => throw value.Problem("it must be true or false."),
    };

    private static string Number(YamlPlace value) =>
        long.TryParse(value.Text(), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : throw value.Problem("it must be a whole number, zero or more.");
}
