using System.Diagnostics.CodeAnalysis;

namespace HTCondor.Net.ClassAds;

public sealed partial class ClassAdExpression
{
    /// <summary>The longest text that <see cref="TryParse"/> reads.</summary>
    /// <value>65,536 characters.</value>
    public const int MaxParsedLength = 64 * 1024;

    /// <summary>
    /// Reads what a person wrote, in the notation of submit descriptions. Exactly one expression, or nothing: no comment, no second
    /// expression, no function that the language does not have, nothing that HTCondor's versions read differently, nested at most 100 deep,
    /// with at most 1,000 operators that depend on each other. What is read can be sent and built upon, and cannot reach beyond its place.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="expression">The expression; null if the text is not a valid expression.</param>
    /// <param name="problem">If the text is not valid, the reason: a sentence with the place.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out ClassAdExpression? expression, [NotNullWhen(false)] out string? problem)
    {
        expression = null;
        if (text.Length > MaxParsedLength)
        {
            problem = $"An expression has at most {MaxParsedLength} characters; this one has {text.Length}.";
            return false;
        }

        expression = ClassAdParser.Parse(text, ClassAdParserRules.Strict, out problem);
        if (expression?.Problem is { } unsendable)
        {
            problem = $"It cannot be sent: {unsendable}.";
            expression = null;
        }

        return expression is not null;
    }

    /// <summary>Reads what HTCondor printed; opaque if it cannot be read.</summary>
    internal static ClassAdExpression Printed(string text) =>
        ClassAdParser.Parse(text, ClassAdParserRules.Printed, out _) ?? Opaque(text);
}
