using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>A value of the wrong type: 400, in the words of Go's JSON decoder.</summary>
internal static partial class DecodingFailure
{
    public static void CheckType(string type, string path, JsonNode value)
    {
        switch (type)
        {
            case "text" when value.GetValueKind() != JsonValueKind.String:
                throw Wrong(path, value, "string");
            case "number" when value.GetValueKind() != JsonValueKind.Number:
                throw Wrong(path, value, "int64");
            case "flag" when value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False):
                throw Wrong(path, value, "bool");
            case "quantity":
                CheckQuantity(value);
                break;
            case "quantities":
                foreach (JsonNode? quantity in (value as JsonObject ?? throw Wrong(path, value, "v1.ResourceList")).Select(pair =>
                    pair.Value))
                    CheckQuantity(quantity);
                break;
            case "texts":
                foreach ((string _, JsonNode? text) in value as JsonObject ?? throw Wrong(path, value, "map[string]string"))
                {
                    if (text is not null && text.GetValueKind() != JsonValueKind.String)
                        throw Wrong(path, text, "string");
                }
                break;
        }
    }

    public static DecodingFailureException List(string path, JsonNode value) => Wrong(path, value, "[]interface {}");

    public static DecodingFailureException Object(string path, JsonNode value) => Wrong(path, value, "map[string]interface {}");

    private static void CheckQuantity(JsonNode? value)
    {
        string text = value is null ? "" : value.ToString();
        if (QuantityForm().Match(text) is not { Success: true } match)
            throw Failure("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        if (!QuantitySuffix().IsMatch(match.Groups["suffix"].Value))
            throw Failure("unable to parse quantity's suffix");
    }

    private static DecodingFailureException Wrong(string path, JsonNode value, string type)
    {
        string kind = value.GetValueKind() switch
        {
            JsonValueKind.Number => "number",
            JsonValueKind.String => "string",
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            _ => "bool",
        };
        return Failure($"json: cannot unmarshal {kind} into Go struct field {GoStruct(path)}.{Index().Replace(path, "")} of type {type}");
    }

    /// <summary>The Go type that has the field: from the last object on the path.</summary>
    private static string GoStruct(string path)
    {
        SchemaObject at = KubernetesSchema.Of("Job");
        foreach (string name in Index().Replace(path, "").Split('.')[..^1])
            at = at.Find(name)?.Object ?? at;
        return at.Name;
    }

    private static DecodingFailureException Failure(string what) => new DecodingFailureException(what);

    [GeneratedRegex(@"^([+-]?[0-9.]+)(?<suffix>[eEinumkKMGTP]*[-+]?[0-9]*)\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex QuantityForm();

    [GeneratedRegex(@"^([numkMGTPE]|[KMGTPE]i|[eE][-+]?[0-9]+)?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex QuantitySuffix();

    [GeneratedRegex(@"\[\d+\]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Index();
}
