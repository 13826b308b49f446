using System.Text;

namespace HTCondor.Net.ClassAds;

public sealed partial class ClassAdExpression
{
    /// <summary>Writes an operand, in parentheses if it binds less tightly than required.</summary>
    private delegate string PartWriter(ClassAdExpression part, Binding least);

    private bool EndsWithBackslash => _value is string text && text.EndsWith('\\');

    internal static ClassAdExpression Named(string text, int depth = 1) => new(text, depth: depth);

    internal static ClassAdExpression CallOf(string function, IReadOnlyList<ClassAdExpression> arguments) =>
        Compose(part => $"{function}({Joined(part, ", ", arguments)})", Binding.Primary, arguments);

    internal ClassAdExpression Infix(string sign, Binding binding, ClassAdExpression other) =>
        Compose(part => $"{part(this, binding)} {sign} {part(other, binding + 1)}", binding, [this, other]);

    internal ClassAdExpression Prefix(char sign) => Compose(part => sign + part(this, Binding.Primary), Binding.Unary, [this]);

    internal ClassAdExpression Member(string name) => Compose(part => $"{part(this, Binding.Primary)}.{name}", Binding.Primary, [this]);

    internal ClassAdExpression Item(ClassAdExpression index) =>
        Compose(part => $"{part(this, Binding.Primary)}[{part(index, Binding.Conditional)}]", Binding.Primary, [this, index]);

    /// <summary>
    /// Writes the expression in the "new" ClassAd syntax of HTCondor's JSON, where a backslash in a string begins an escape.
    /// </summary>
    internal string NewText()
    {
        if (Problem is not null || !Text.AsSpan().ContainsAny('\\', '\t'))
            return Text;
        var text = new StringBuilder();
        int written = 0;
        var lexer = new ClassAdLexer(Text, oldTexts: true);
        for (lexer.Advance(); lexer.Kind is not (ClassAdToken.End or ClassAdToken.Bad); lexer.Advance())
        {
            if (lexer.Kind != ClassAdToken.Text)
                continue;
            text.Append(Text, written, lexer.At - written).Append(Escaped(lexer.Word));
            written = lexer.End;
        }

        return text.Append(Text, written, Text.Length - written).ToString();
    }

    private static ClassAdExpression Compose(
        Func<PartWriter, string> write,
        Binding binding,
        IReadOnlyList<ClassAdExpression> parts,
        ClassAdType type = ClassAdType.Expression,
        object? value = null)
    {
        int depth = 0;
        string? problem = null;
        foreach (ClassAdExpression part in parts)
        {
            depth = Math.Max(depth, part.Depth);
            problem ??= part.Problem ?? (part.EndsWithBackslash ? LastBackslash : null);
        }

        string text = problem is null
            ? write((part, least) => part._binding >= least ? part.Text : $"({part.Text})")
            : write((part, least) => part._binding >= least ? part.NewText() : $"({part.NewText()})");
        return new ClassAdExpression(text, type, value, binding, depth + 1, problem);
    }

    private static string Joined(PartWriter part, string separator, IReadOnlyList<ClassAdExpression> items) =>
        string.Join(separator, items.Select(item => part(item, Binding.Conditional)));
}
