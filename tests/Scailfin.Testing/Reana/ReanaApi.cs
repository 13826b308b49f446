using System.Text.Json;

namespace Scailfin.Testing.Reana;

/// <summary>
/// REANA's published interface (<c>openapi.json</c>, recorded from its release): the operations, and the schemas by which its client
/// validates requests and answers.
/// </summary>
public static class ReanaApi
{
    private static readonly JsonElement Document = Read();

    /// <summary>The operations by their <c>operationId</c>.</summary>
    public static IReadOnlyDictionary<string, ReanaOperation> Operations { get; } = Document.GetProperty("paths").EnumerateObject()
        .SelectMany(path => path.Value.EnumerateObject().Select(method => new ReanaOperation(method.Name, path.Name, method.Value)))
        .ToDictionary(operation => operation.Id, StringComparer.Ordinal);

    /// <summary>Lists what is wrong with a value by one of the definitions, such as <c>Job</c>.</summary>
    public static IReadOnlyList<string> Problems(string definition, JsonElement value) =>
        Problems(Definition(definition), value, definition);

    /// <summary>Lists what is wrong with a value by a schema of the document; <paramref name="where"/> begins each problem.</summary>
    internal static IReadOnlyList<string> Problems(JsonElement schema, JsonElement value, string where) =>
        [.. new ReanaSchema(Definition).Problems(schema, value, where)];

    private static JsonElement Definition(string name) => Document.GetProperty("definitions").GetProperty(name);

    private static JsonElement Read()
    {
        using Stream resource = typeof(ReanaApi).Assembly.GetManifestResourceStream("reana-openapi.json")!;
        return JsonDocument.Parse(resource).RootElement;
    }
}
