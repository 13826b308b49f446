namespace HTCondor.Net.ClassAds;

internal sealed partial class ClassAdParser
{
    private const int LongestShown = 100;

    private ClassAdExpression ReadPrimary(bool negative)
    {
        if (_lexer.Kind is ClassAdToken.Integer or ClassAdToken.Real)
        {
            ClassAdExpression number = Number(negative);
            _lexer.Advance();
            return number;
        }

        if (negative)
            throw Unexpected("a number");
        if (_lexer.Kind == ClassAdToken.Text)
        {
            ClassAdExpression text = Text(_lexer.Word);
            _lexer.Advance();
            return text;
        }

        if (_lexer.Kind is ClassAdToken.Name or ClassAdToken.QuotedName)
            return ReadNamed();
        if (TakeSign("("))
        {
            ClassAdExpression inner = ReadExpression();
            Expect(")");
            return inner;
        }

        if (TakeSign("{"))
            return Bounded(ClassAdExpression.List(ReadItems("}")));
        if (TakeSign("["))
            return ReadAd();
        throw Unexpected("a value");
    }

    private ClassAdExpression Text(string value)
    {
        try
        {
            return ClassAdExpression.Of(value);
        }
        catch (ArgumentException wrong)
        {
            throw Wrong(wrong.Message);
        }
    }

    private ClassAdExpression ReadNamed()
    {
        bool quoted = _lexer.Kind == ClassAdToken.QuotedName;
        string name = _lexer.Word;
        ClassAdExpression? word = quoted ? null : name.ToUpperInvariant() switch
        {
            "TRUE" => ClassAdExpression.Of(value: true),
            "FALSE" => ClassAdExpression.Of(value: false),
            "UNDEFINED" => ClassAdExpression.Undefined,
            "ERROR" => ClassAdExpression.Error,
            _ => null,
        };
        if (word is not null)
        {
            _lexer.Advance();
            return word;
        }

        string reference = ReadName();
        if (quoted || !TakeSign("("))
            return ClassAdExpression.Named(reference);
        if (_rules.KnownFunctionsOnly && !ClassAdFunctions.IsKnown(reference))
            throw Wrong($"'{ShortText.Of(reference, LongestShown)}' is not a function of the language");
        List<ClassAdExpression> arguments = ReadItems(")");
        return NotFinite(reference, arguments) ?? Bounded(ClassAdExpression.CallOf(reference, arguments));
    }

    /// <summary>The language has no other way to write these numbers.</summary>
    private static ClassAdExpression? NotFinite(string function, List<ClassAdExpression> arguments)
    {
        if (!function.Equals("real", StringComparison.OrdinalIgnoreCase) || arguments.Count != 1)
            return null;
        return arguments[0].AsText() switch
        {
            "INF" => ClassAdExpression.Of(double.PositiveInfinity),
            "-INF" => ClassAdExpression.Of(double.NegativeInfinity),
            "NaN" => ClassAdExpression.Of(double.NaN),
            _ => null,
        };
    }

    /// <summary>A name as it is written; one that is not a plain word keeps its quotes.</summary>
    private string ReadName()
    {
        bool quoted = _lexer.Kind == ClassAdToken.QuotedName;
        string name = _lexer.Word;
        if (!quoted && _lexer.Kind != ClassAdToken.Name)
            throw Unexpected("a name");
        if (!quoted && !ClassAdNames.IsName(name))
            throw Unexpected("a name");
        if (name.Length == 0 || name.Any(letter => letter is '\'' or '\\' || char.IsControl(letter)))
            throw Wrong("a quoted name is empty, or has a quote, a backslash or a control character");
        _lexer.Advance();
        return ClassAdNames.IsName(name) ? name : $"'{name}'";
    }

    private List<ClassAdExpression> ReadItems(string end)
    {
        var items = new List<ClassAdExpression>();
        if (TakeSign(end))
            return items;
        do
            items.Add(ReadExpression());
        while (TakeSign(","));
        Expect(end);
        return items;
    }

    private ClassAdExpression ReadAd()
    {
        var ad = new ClassAd();
        while (!TakeSign("]"))
        {
            if (TakeSign(";"))
                continue;
            string name = ReadName();
            if (name.StartsWith('\''))
                throw Wrong("a nested ad cannot have a quoted attribute name; use letters, digits and underscores");
            Expect("=");
            ad.Set(name, ReadExpression());
            if (_lexer is not { Kind: ClassAdToken.Sign, Word: ";" or "]" })
                throw Unexpected("']'");
        }

        return Bounded(ClassAdExpression.Of(ad));
    }

    private bool TakeSign(string sign)
    {
        if (_lexer.Kind != ClassAdToken.Sign || _lexer.Word != sign)
            return false;
        _lexer.Advance();
        return true;
    }

    private string? TakeOperator(string[] signs)
    {
        string? sign = _lexer switch
        {
            { Kind: ClassAdToken.Sign } => _lexer.Word,
            { Kind: ClassAdToken.Name } when _lexer.Word.Equals("is", StringComparison.OrdinalIgnoreCase) => "=?=",
            { Kind: ClassAdToken.Name } when _lexer.Word.Equals("isnt", StringComparison.OrdinalIgnoreCase) => "=!=",
            _ => null,
        };
        if (sign is null || !signs.Contains(sign))
            return null;
        _lexer.Advance();
        return sign;
    }

    private void Expect(string sign)
    {
        if (!TakeSign(sign))
            throw Unexpected($"'{sign}'");
    }

    private ClassAdSyntaxException Unexpected(string wanted) => _lexer.Kind switch
    {
        ClassAdToken.Bad => Wrong(_lexer.Problem!),
        ClassAdToken.End => Wrong($"it ends, but {wanted} is expected"),
        _ => Wrong($"{wanted} is expected"),
    };

    private ClassAdSyntaxException Wrong(string problem) => new($"At character {_lexer.At + 1}: {problem}.");

    private sealed class ClassAdSyntaxException(string message) : Exception(message);
}
