using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Scailfin.Workflows;

/// <summary>
/// Python's <c>string.Template.substitute</c>, which REANA's serial engine expands commands with:
/// <c>$name</c>, <c>${name}</c> and <c>$$</c>; anything else after a dollar is an error, as there.
/// </summary>
internal static class Template
{
    public static bool TrySubstitute(
        string text, IReadOnlyDictionary<string, string> values, out string result, [NotNullWhen(false)] out string? problem)
    {
        var expanded = new StringBuilder(text.Length);
        result = "";
        int at = 0;
        while (at < text.Length)
        {
            int dollar = text.IndexOf('$', at);
            if (dollar < 0)
                break;
            expanded.Append(text, at, dollar - at);
            if (dollar + 1 < text.Length && text[dollar + 1] == '$')
            {
                expanded.Append('$');
                at = dollar + 2;
                continue;
            }
            if (!TryName(text, dollar, out string name, out at))
            {
                problem = $"stray '$' at character {dollar + 1}: write $$ for a dollar sign, or ${{name}} for a parameter.";
                return false;
            }
            if (!values.TryGetValue(name, out string? value))
            {
                problem = $"unknown parameter '{name}': it is not in inputs.parameters (write $${name} for a variable of the shell).";
                return false;
            }
            expanded.Append(value);
        }
        result = expanded.Append(text, at, text.Length - at).ToString();
        problem = null;
        return true;
    }

    private static bool TryName(string text, int dollar, out string name, out int end)
    {
        bool braced = dollar + 1 < text.Length && text[dollar + 1] == '{';
        int start = dollar + (braced ? 2 : 1);
        end = start;
        while (end < text.Length && (text[end] == '_' || char.IsAsciiLetter(text[end]) || (end > start && char.IsAsciiDigit(text[end]))))
            end++;
        name = text[start..end];
        if (!braced)
            return name.Length > 0;
        bool closed = end < text.Length && text[end] == '}';
        end++;
        return closed && name.Length > 0;
    }
}
