using System.Globalization;

namespace HTCondor.Net.ClassAds;

/// <summary>The rules of a parser.</summary>
/// <param name="OldTexts">Whether strings are in the old notation: a backslash is special only before a quote.</param>
/// <param name="KnownFunctionsOnly">Whether a call of a function that the language does not have is refused.</param>
internal sealed record ClassAdParserRules(bool OldTexts, bool KnownFunctionsOnly)
{
    /// <summary>The rules for expressions that people write.</summary>
    public static ClassAdParserRules Strict { get; } = new(OldTexts: true, KnownFunctionsOnly: true);

    /// <summary>The rules for expressions that HTCondor prints in its JSON.</summary>
    public static ClassAdParserRules Printed { get; } = new(OldTexts: false, KnownFunctionsOnly: false);
}

/// <summary>Reads exactly one expression, by the levels of HTCondor's own parser (src/classad/source.cpp).</summary>
internal sealed partial class ClassAdParser
{
    /// <summary>HTCondor 25 refuses at 500 calls of its parser, three for a pair of parentheses; earlier versions have no bound.</summary>
    private const int MaxNesting = 100;

    /// <summary>HTCondor evaluates by recursion, without a bound: a chain of operators is as deep as it is long.</summary>
    private const int MaxDepth = 1000;

    private static readonly (Binding Level, string[] Signs)[] Levels =
    [
        (Binding.Or, ["||"]), (Binding.And, ["&&"]), (Binding.BitOr, ["|"]), (Binding.BitXor, ["^"]), (Binding.BitAnd, ["&"]),
        (Binding.Equality, ["==", "!=", "=?=", "=!="]), (Binding.Relation, ["<", "<=", ">", ">="]), (Binding.Shift, ["<<", ">>", ">>>"]),
        (Binding.Sum, ["+", "-"]), (Binding.Product, ["*", "/", "%"]),
    ];

    private readonly ClassAdLexer _lexer;
    private readonly ClassAdParserRules _rules;
    private int _nesting;

    private ClassAdParser(string text, ClassAdParserRules rules)
    {
        _lexer = new ClassAdLexer(text, rules.OldTexts);
        _rules = rules;
    }

    /// <summary>Parses the text; null, with the reason, if it is not exactly one expression.</summary>
    public static ClassAdExpression? Parse(string text, ClassAdParserRules rules, out string? problem)
    {
        var parser = new ClassAdParser(text, rules);
        try
        {
            parser._lexer.Advance();
            ClassAdExpression expression = parser.ReadExpression();
            if (parser._lexer.Kind != ClassAdToken.End)
                throw parser.Unexpected("the end");
            problem = null;
            return expression;
        }
        catch (ClassAdSyntaxException wrong)
        {
            problem = wrong.Message;
            return null;
        }
    }

    private ClassAdExpression ReadExpression()
    {
        Enter();
        ClassAdExpression condition = ReadLevel(0);
        if (TakeSign("?"))
        {
            ClassAdExpression whenTrue = ReadExpression();
            Expect(":");
            condition = Bounded(condition.Then(whenTrue, ReadExpression()));
        }

        _nesting--;
        return condition;
    }

    private ClassAdExpression ReadLevel(int level)
    {
        if (level == Levels.Length)
            return ReadUnary();
        ClassAdExpression left = ReadLevel(level + 1);
        while (TakeOperator(Levels[level].Signs) is { } sign)
            left = Bounded(left.Infix(sign, Levels[level].Level, ReadLevel(level + 1)));
        return left;
    }

    private ClassAdExpression ReadUnary()
    {
        if (_lexer.Kind != ClassAdToken.Sign || _lexer.Word is not ("-" or "+" or "!" or "~"))
            return ReadPostfix();
        char sign = _lexer.Word[0];
        _lexer.Advance();
        if (sign == '-' && _lexer.Kind is ClassAdToken.Integer or ClassAdToken.Real)
            return ReadPostfix(negative: true);
        Enter();
        ClassAdExpression operand = ReadUnary();
        _nesting--;
        return Bounded(operand.Prefix(sign));
    }

    private ClassAdExpression ReadPostfix(bool negative = false)
    {
        Enter();
        ClassAdExpression expression = ReadPrimary(negative);
        while (true)
        {
            if (TakeSign("."))
                expression = Bounded(expression.Member(ReadName()));
            else if (TakeSign("["))
            {
                expression = Bounded(expression.Item(ReadExpression()));
                Expect("]");
            }
            else if (TakeSign("?:"))
                expression = Bounded(expression.OrElse(ReadPostfix(TakeSign("-"))));
            else
                break;
        }

        _nesting--;
        return expression;
    }

    private ClassAdExpression Number(bool negative)
    {
        string digits = (negative ? "-" : "") + _lexer.Word;
        if (_lexer.Kind == ClassAdToken.Integer)
        {
            return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
                ? ClassAdExpression.Of(whole)
                : throw Wrong("a whole number is outside 64 bits");
        }

        double real = double.Parse(digits, CultureInfo.InvariantCulture);
        return double.IsFinite(real) ? ClassAdExpression.Of(real) : throw Wrong("a number is too large");
    }

    private void Enter()
    {
        if (++_nesting > MaxNesting * 3)
            throw Wrong($"it is nested deeper than {MaxNesting}");
    }

    private ClassAdExpression Bounded(ClassAdExpression expression) =>
        expression.Depth <= MaxDepth ? expression : throw Wrong($"more than {MaxDepth} operators depend on each other");
}
