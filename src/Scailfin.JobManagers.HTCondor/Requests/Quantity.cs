using System.Globalization;

namespace Scailfin.JobManagers.HTCondor.Requests;

/// <summary>Amounts as HTCondor's submit language writes them (contract A.4): binary units, no unit means the attribute's own.</summary>
internal static class Quantity
{
    private const long Most = 1L << 50;

    /// <param name="text">Digits with no leading zero, blanks, a unit in either case or none.</param>
    /// <param name="defaultUnit">The unit of an amount without one, as a power of two: 20 for memory (MiB), 10 for disk (KiB).</param>
    /// <param name="bytes">The amount.</param>
    public static bool TryParse(string text, int defaultUnit, out long bytes)
    {
        bytes = 0;
        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (digits is 0 or > 18
            || text[0] == '0'
            || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            return false;
        int? unit = text[digits..].Trim().ToUpperInvariant() switch
        {
            "" => defaultUnit,
            "K" or "KB" => 10,
            "M" or "MB" => 20,
            "G" or "GB" => 30,
            "T" or "TB" => 40,
            _ => null,
        };
        if (unit is not { } power || count > Most >> power)
            return false;
        bytes = count << power;
        return true;
    }

    /// <summary>Converts bytes to units of that power of two, rounded up.</summary>
    public static long In(int unit, long bytes) => (bytes + (1L << unit) - 1) >> unit;
}
