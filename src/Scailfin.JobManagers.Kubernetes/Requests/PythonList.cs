using System.Text;

namespace Scailfin.JobManagers.Kubernetes.Requests;

/// <summary>
/// Reads a Python list, tuple or set of quoted strings, and nothing else of Python: <c>['atlas.cern.ch', "cms.cern.ch"]</c>.
/// </summary>
internal ref struct PythonList(string text)
{
    private const string Blank = " \t\r\n\f";

    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>Null for anything else.</summary>
    public List<string>? Read()
    {
        SkipBlanks();
        bool isTuple = Take('(');
        bool isSet = !isTuple && Take('{');
        if (!isTuple && !isSet && !Take('['))
            return null;
        char end = isTuple ? ')' : isSet ? '}' : ']';
        var members = new List<string>();
        bool comma = true;
        SkipBlanks();
        while (!Take(end))
        {
            if (!comma || String() is not { } member)
                return null;
            members.Add(member);
            SkipBlanks();
            comma = Take(',');
            SkipBlanks();
        }

        SkipBlanks();

        // In Python, ('a') is not a tuple but the string a.
        return _at < _text.Length || (isTuple && members.Count == 1 && !comma) ? null : members;
    }

    private string? String()
    {
        if (_at == _text.Length || _text[_at] is not ('\'' or '"'))
            return null;
        char quote = _text[_at++];
        var value = new StringBuilder();
        while (_at < _text.Length && _text[_at] != quote)
        {
            char letter = _text[_at++];
            if (letter is '\n' or '\r')
                return null;
            if (letter == '\\')
            {
                if (Escaped() is not { } escaped)
                    return null;
                letter = escaped;
            }

            value.Append(letter);
        }

        return Take(quote) ? value.ToString() : null;
    }

    /// <summary>Reads an escape: those that may occur in a name, and those that repr writes.</summary>
    private char? Escaped() => _at == _text.Length ? null : _text[_at++] switch
    {
        '\\' => '\\',
        '\'' => '\'',
        '"' => '"',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'x' => Hexadecimal(2),
        'u' => Hexadecimal(4),
        _ => null,
    };

    private char? Hexadecimal(int digits)
    {
        if (_at + digits > _text.Length)
            return null;
        int value = 0;
        foreach (char digit in _text.Slice(_at, digits))
        {
            if (!char.IsAsciiHexDigit(digit))
                return null;
            value = (value * 16) + Convert.ToInt32(digit.ToString(), 16);
        }

        _at += digits;
        return (char)value;
    }

    private bool Take(char wanted)
    {
        if (_at == _text.Length || _text[_at] != wanted)
            return false;
        _at++;
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && Blank.Contains(_text[_at], StringComparison.Ordinal))
            _at++;
    }
}
