namespace HTCondor.Net.ClassAds;

/// <summary>
/// An expression of the ClassAd language, built from values and operators: text of others never becomes a part of it unquoted. Immutable.
/// Two are equal if their notations are.
/// </summary>
public sealed partial class ClassAdExpression : IEquatable<ClassAdExpression>
{
    private readonly object? _value;
    private readonly Binding _binding;

    private ClassAdExpression(
        string text,
        ClassAdType type = ClassAdType.Expression,
        object? value = null,
        Binding binding = Binding.Primary,
        int depth = 1,
        string? problem = null)
    {
        Text = text;
        Type = type;
        _value = value;
        _binding = binding;
        Depth = depth;
        Problem = problem;
    }

    /// <summary>
    /// The notation that HTCondor's protocol, queue and tools read (its "old" ClassAd syntax), canonical: with the parentheses that are
    /// needed, and in a string a backslash before quotes only. It means what was built if <see cref="Problem"/> is null; else it is for
    /// people.
    /// </summary>
    public string Text { get; }

    /// <summary>
    /// Why the expression cannot be sent to HTCondor; null if it can. The notation has no way to write a line break or a carriage
    /// return, nor a string that ends with a backslash and is not the whole expression.
    /// </summary>
    public string? Problem { get; }

    /// <summary>The type of the value; <see cref="ClassAdType.Expression"/> if the expression is not a literal value.</summary>
    public ClassAdType Type { get; }

    /// <summary>How deep operators, calls, lists and ads are nested; 1 for a value or a name.</summary>
    public int Depth { get; }

    /// <summary>The string value; null if the expression is not a string literal.</summary>
    public string? AsText() => _value as string;

    /// <summary>The integer value; null if the expression is not an integer literal. A real number without a fraction is not one.</summary>
    public long? AsInteger() => _value as long?;

    /// <summary>The numeric value, also of an integer; null if the expression is not a number literal.</summary>
    public double? AsReal() => _value is long whole ? whole : _value as double?;

    /// <summary>The Boolean value; null if the expression is not true or false. Numbers are not converted, unlike in a condition.</summary>
    public bool? AsBoolean() => _value as bool?;

    /// <summary>The list's items; null if the expression is not a list.</summary>
    public IReadOnlyList<ClassAdExpression>? AsList() => _value as IReadOnlyList<ClassAdExpression>;

    /// <summary>A copy of the nested ad; null if the expression is not an ad.</summary>
    public ClassAd? AsAd() => (_value as ClassAd)?.Copy();

    /// <inheritdoc/>
    public bool Equals(ClassAdExpression? other) => other is not null && other.Text == Text && other.Problem == Problem;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClassAdExpression);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Makes an expression from text that HTCondor printed and the parser does not read.</summary>
    internal static ClassAdExpression Opaque(string text) =>
        new(text, binding: Binding.Conditional, problem: "HTCondor printed it in a notation that this library does not read");
}
