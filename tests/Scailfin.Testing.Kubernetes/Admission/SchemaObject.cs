namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>An object of the API: its fields in the order in which the server writes them.</summary>
internal sealed record SchemaObject(string Name)
{
    private readonly Dictionary<string, SchemaField> _byName = [];
    private readonly List<SchemaField> _fields = [];

    public IReadOnlyList<SchemaField> Fields => _fields;

    public SchemaField? Find(string name) => _byName.GetValueOrDefault(name);

    public void Add(SchemaField field)
    {
        _fields.Add(field);
        _byName.Add(field.Name, field);
    }
}

/// <summary>
/// <c>Type</c>: text, number, flag, quantity, quantities, texts (a map of them), any, or the name of an object. <c>Object</c>: What the
/// field holds, or a list of it; null for the plain types. <c>IsKeptEmpty</c>: An empty value is written, not left out.
/// </summary>
internal sealed record SchemaField(string Name, string Type, SchemaObject? Object, bool IsList, bool IsKeptEmpty);
