namespace HTCondor.Net.ClassAds;

public sealed partial class ClassAdExpression
{
    internal static ClassAdExpression Named(string text, int depth = 1) => new(text, depth: depth);

    internal static ClassAdExpression CallOf(string function, IReadOnlyList<ClassAdExpression> arguments) =>
        Compose($"{function}({string.Join(", ", arguments.Select(argument => argument.Part()))})", Binding.Primary, arguments);

    internal ClassAdExpression Infix(string sign, Binding binding, ClassAdExpression other) =>
        Compose($"{Within(binding)} {sign} {other.Within(binding + 1)}", binding, [this, other]);

    internal ClassAdExpression Prefix(char sign) => Compose(sign + Within(Binding.Primary), Binding.Unary, [this]);

    internal ClassAdExpression Member(string name) => Compose($"{Within(Binding.Primary)}.{name}", Binding.Primary, [this]);

    internal ClassAdExpression Item(ClassAdExpression index) => Compose($"{Within(Binding.Primary)}[{index.Part()}]", Binding.Primary, [this, index]);

    private static ClassAdExpression Compose(
        string text, Binding binding, IReadOnlyList<ClassAdExpression> parts, ClassAdType type = ClassAdType.Expression, object? value = null)
    {
        int depth = 0;
        string? problem = null;
        foreach (ClassAdExpression part in parts)
        {
            depth = Math.Max(depth, part.Depth);
            problem ??= part.Problem ?? (part.EndsWithBackslash ? LastBackslash : null);
        }

        return new ClassAdExpression(text, type, value, binding, depth + 1, problem);
    }

    /// <summary>The notation, in parentheses unless it holds together at least as tightly as asked for.</summary>
    private string Within(Binding least) => _binding >= least ? Part() : $"({Text})";

    private string Part() => EndsWithBackslash ? Escaped((string)_value!) : Text;

    private bool EndsWithBackslash => _value is string text && text.EndsWith('\\');
}
