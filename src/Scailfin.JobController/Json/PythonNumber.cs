using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Scailfin.JobController.Json;

/// <summary>Numbers as Python reads and shows them.</summary>
internal static class PythonNumber
{
    /// <summary>Python's own limit (<c>sys.int_info.default_max_str_digits</c>); also keeps the quadratic conversion short.</summary>
    private const int MostDigits = 4300;

    /// <summary>Whether a JSON number is an integer to Python: written without fraction and exponent.</summary>
    public static bool IsInteger(string raw) => raw.AsSpan().IndexOfAny('.', 'e', 'E') < 0;

    /// <summary><c>int(text)</c>: white space around it, a sign, single underscores between digits, digits of any script.</summary>
    public static bool TryParse(string text, out BigInteger value)
    {
        value = default;
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        int start = trimmed is ['+' or '-', ..] ? 1 : 0;
        var digits = new StringBuilder();
        bool afterDigit = false;
        for (int index = start; index < trimmed.Length; index++)
        {
            if (trimmed[index] == '_' && afterDigit)
            {
                afterDigit = false;
                continue;
            }

            int digit = Digit(trimmed[index..], out int units);
            if (digit < 0 || digits.Length == MostDigits)
                return false;
            digits.Append((char)('0' + digit));
            afterDigit = true;
            index += units - 1;
        }

        if (!afterDigit)
            return false;
        value = BigInteger.Parse(digits.ToString(), NumberStyles.None, CultureInfo.InvariantCulture);
        if (trimmed[0] == '-')
            value = -value;
        return true;
    }

    private static int Digit(ReadOnlySpan<char> text, out int units)
    {
        Rune.DecodeFromUtf16(text, out Rune rune, out units);
        return Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber ? (int)Rune.GetNumericValue(rune) : -1;
    }

    /// <summary><c>repr</c> of a JSON number.</summary>
    public static string Show(JsonElement number)
    {
        string raw = number.GetRawText();
        if (!IsInteger(raw))
            return Show(number.GetDouble());
        return raw == "-0" ? "0" : raw;
    }

    /// <summary><c>repr</c> of a float: the shortest digits that mean it, an exponent below 1e-4 and from 1e16 on.</summary>
    public static string Show(double value)
    {
        if (double.IsNaN(value))
            return "nan";
        if (double.IsInfinity(value))
            return value > 0 ? "inf" : "-inf";
        string sign = double.IsNegative(value) ? "-" : "";
        if (value == 0)
            return sign + "0.0";

        // "R" gives the shortest digits that are read back as the same number.
        string shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        (string digits, int point) = Digits(shortest);
        if (point is < -3 or > 16)
        {
            int exponent = point - 1;
            string mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (point <= 0)
            return $"{sign}0.{new string('0', -point)}{digits}";
        return point >= digits.Length ? $"{sign}{digits.PadRight(point, '0')}.0" : $"{sign}{digits[..point]}.{digits[point..]}";
    }

    /// <summary>The digits without leading and trailing zeros, and the position of the decimal point after the first digit.</summary>
    private static (string Digits, int Point) Digits(string shortest)
    {
        string[] parts = shortest.Split('E');
        int exponent = parts.Length == 2 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        int dot = parts[0].IndexOf('.', StringComparison.Ordinal);
        string all = parts[0].Replace(".", "", StringComparison.Ordinal);
        int point = (dot < 0 ? all.Length : dot) + exponent;
        string digits = all.TrimStart('0');
        return (digits.TrimEnd('0'), point - (all.Length - digits.Length));
    }
}
