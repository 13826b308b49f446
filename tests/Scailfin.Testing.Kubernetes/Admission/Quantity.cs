using System.Globalization;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>Amounts such as <c>500m</c>, <c>2Gi</c>, <c>1e3</c>.</summary>
internal static class Quantity
{
    private const string Decimal = "num kMGTPE";

    public static double Value(string text)
    {
        int end = text.Length;
        while (end > 0 && !char.IsAsciiDigit(text[end - 1]) && text[end - 1] != '.')
            end--;
        double number = double.Parse(text[..end], CultureInfo.InvariantCulture);
        string suffix = text[end..];
        return suffix.Length == 2
            ? number * Math.Pow(1024, "KMGTPE".IndexOf(suffix[0]) + 1)
            : suffix.Length == 1 ? number * Math.Pow(1000, Decimal.IndexOf(suffix[0]) - 3) : number;
    }
}
