namespace HTCondor.Net.ClassAds;

internal enum ClassAdToken
{
    End,
    Bad,
    Name,
    QuotedName,
    Text,
    Integer,
    Real,
    Sign,
}

/// <summary>
/// Splits an expression into tokens, with strings in either notation: in the old one a backslash is special only before a quote, in the
/// new one it begins an escape. It refuses what HTCondor's versions or parsers read differently: comments, adjacent strings,
/// octal and hexadecimal numbers.
/// </summary>
internal sealed class ClassAdLexer(string source, bool oldTexts)
{
    private static readonly string[] Signs =
    [
        "=?=", "=!=", ">>>", "&&", "||", "==", "!=", "<=", ">=", "<<", ">>", "?", ":", "<", ">", "+", "-", "*", "/", "%", "!", "~", "&",
        "|", "^", "(", ")", "[", "]", "{", "}", ",", ";", ".", "=",
    ];

    private int _next;

    public ClassAdToken Kind { get; private set; }

    /// <summary>The token: a name or an operator as written, a string or quoted name without its quotes and escapes.</summary>
    public string Word { get; private set; } = "";

    /// <summary>The position at which the token begins.</summary>
    public int At { get; private set; }

    /// <summary>Behind the word.</summary>
    public int End => _next;

    public string? Problem { get; private set; }

    public void Advance()
    {
        while (_next < source.Length && IsSpace(source[_next]))
            _next++;
        At = _next;
        if (_next == source.Length)
            Take(ClassAdToken.End, 0);
        else if (source[_next] is '"' or '\'')
            ReadQuoted(source[_next]);
        else if (char.IsAsciiDigit(source[_next])
            || (source[_next] == '.' && _next + 1 < source.Length && char.IsAsciiDigit(source[_next + 1])))
            ReadNumber();
        else if (char.IsAsciiLetter(source[_next]) || source[_next] == '_')
            Take(ClassAdToken.Name, WordLength(_next));
        else if (Signs.FirstOrDefault(sign => string.CompareOrdinal(source, _next, sign, 0, sign.Length) == 0) is { } found)
            TakeSign(found);
        else
            Refuse($"the character U+{(int)source[_next]:X4} is not part of the language");
    }

    private void Take(ClassAdToken kind, int length)
    {
        Kind = kind;
        Word = source.Substring(_next, length);
        _next += length;
    }

    /// <summary>HTCondor reads a question mark and a colon as one sign, whatever white space is between.</summary>
    private void TakeSign(string sign)
    {
        Take(ClassAdToken.Sign, sign.Length);
        if (sign != "?")
            return;
        int colon = _next;
        while (colon < source.Length && IsSpace(source[colon]))
            colon++;
        if (colon < source.Length && source[colon] == ':')
        {
            _next = colon + 1;
            Word = "?:";
        }
    }

    private static bool IsSpace(char letter) => letter is ' ' or '\t' or '\n' or '\v' or '\f' or '\r';

    private void Refuse(string problem)
    {
        Kind = ClassAdToken.Bad;
        Problem = problem;
    }

    private int WordLength(int from)
    {
        int to = from;
        while (to < source.Length && (char.IsAsciiLetterOrDigit(source[to]) || source[to] == '_'))
            to++;
        return to - from;
    }

    private int Digits(int from)
    {
        int to = from;
        while (to < source.Length && char.IsAsciiDigit(source[to]))
            to++;
        return to;
    }

    private void ReadNumber()
    {
        int end = Digits(_next);
        bool real = false;
        if (end < source.Length && source[end] == '.')
        {
            real = true;
            int fraction = Digits(end + 1);
            if (fraction == end + 1)
            {
                Refuse("a number needs a digit after its point");
                return;
            }

            end = fraction;
        }

        if (end < source.Length && source[end] is 'e' or 'E')
        {
            real = true;
            int digits = end + 1 < source.Length && source[end + 1] is '+' or '-' ? end + 2 : end + 1;
            end = Digits(digits);
            if (end == digits)
            {
                Refuse("a number needs digits in its exponent");
                return;
            }
        }

        if (WordLength(end) > 0)
            Refuse("a number is followed by a letter");
        else if (!real && source[_next] == '0' && end - _next > 1)
            Refuse("a whole number other than 0 does not begin with 0");
        else
            Take(real ? ClassAdToken.Real : ClassAdToken.Integer, end - _next);
    }

    private void ReadQuoted(char quote)
    {
        int end = oldTexts ? OldEnd(quote) : NewEnd(quote);
        if (end < 0)
        {
            Refuse("a quote is not closed");
            return;
        }

        string raw = source[(_next + 1)..end];
        string? meant = oldTexts ? raw.Replace($"\\{quote}", quote.ToString(), StringComparison.Ordinal) : ClassAdEscapes.Undo(raw);
        _next = end + 1;
        Kind = quote == '"' ? ClassAdToken.Text : ClassAdToken.QuotedName;
        Word = meant ?? "";
        if (meant is null)
            Refuse("a string has an escape that means NUL");
    }

    /// <summary>
    /// A backslash before a quote makes the quote a part of the string, unless nothing or a line break follows: then the string ends there.
    /// </summary>
    private int OldEnd(char quote)
    {
        for (int at = _next + 1; at < source.Length; at++)
        {
            if (source[at] == quote && (source[at - 1] != '\\' || at == _next + 1 || at + 1 == source.Length || source[at + 1] == '\n'))
                return at;
        }

        return -1;
    }

    private int NewEnd(char quote)
    {
        for (int at = _next + 1; at < source.Length; at++)
        {
            if (source[at] == '\\')
                at++;
            else if (source[at] == quote)
                return at;
        }

        return -1;
    }
}
