using System.Text;
using System.Text.Json;

namespace HTCondor.Net.ClassAds;

/// <summary>
/// HTCondor's JSON form of ads, as <c>condor_q -json</c> prints it: values as in JSON, undefined as null, and an expression as a string
/// whose first and last slash are escaped, <c>"\/Expr(a + 1)\/"</c>. Only the escapes distinguish it from a string that looks alike.
/// </summary>
public static partial class ClassAdJson
{
    /// <summary>
    /// The deepest nesting that is read; a deeper value stays unread, so that one job's ad cannot make the queue unreadable.
    /// </summary>
    private const int MaxDepth = 100;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = int.MaxValue };

    /// <summary>Reads one ad, or a list of ads. Empty input is an empty list: HTCondor 23 prints nothing if no job matches.</summary>
    /// <exception cref="FormatException">The text is neither an ad nor a list of ads.</exception>
    public static IReadOnlyList<ClassAd> ReadAds(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            return [];
        if (!System.Text.Unicode.Utf8.IsValid(json))
            json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        try
        {
            var reader = new Utf8JsonReader(json, ReaderOptions);
            reader.Read();
            var ads = new List<ClassAd>();
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                    ads.Add(ReadAd(ref reader));
                if (reader.TokenType != JsonTokenType.EndArray)
                    throw new FormatException($"An ad is expected, not {reader.TokenType}.");
            }
            else
            {
                ads.Add(ReadAd(ref reader));
            }

            return reader.Read() ? throw new FormatException("There is unexpected text after the ads.") : ads;
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"The ads cannot be read: {ShortText.Of(wrong.Message)}", wrong);
        }
    }

    /// <summary>Reads one ad; the reader is at its opening brace, and afterwards at the closing one.</summary>
    /// <exception cref="FormatException">The value is not an ad.</exception>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static ClassAd ReadAd(ref Utf8JsonReader reader) => ReadAd(ref reader, 1);

    private static ClassAd ReadAd(ref Utf8JsonReader reader, int depth)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException($"An ad is expected, not {reader.TokenType}.");
        var ad = new ClassAd();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = TextOf(ref reader);
            reader.Read();
            ad.SetAsRead(name, ReadValue(ref reader, depth));
        }

        return ad;
    }

    private static ClassAdExpression ReadValue(ref Utf8JsonReader reader, int depth)
    {
        if (depth > MaxDepth && reader.TokenType is (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            reader.Skip();
            return ClassAdExpression.Opaque("...");
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False:
                return ClassAdExpression.Of(reader.GetBoolean());
            case JsonTokenType.Null:
                return ClassAdExpression.Undefined;
            case JsonTokenType.Number:
                return reader.ValueSpan.IndexOfAny(".eE"u8) < 0 && reader.TryGetInt64(out long whole)
                    ? ClassAdExpression.Of(whole)
                    : ClassAdExpression.Of(reader.GetDouble());
            case JsonTokenType.String:
                return ReadText(ref reader);
            case JsonTokenType.StartObject:
                return ClassAdExpression.Of(ReadAd(ref reader, depth + 1));
            case JsonTokenType.StartArray:
                var items = new List<ClassAdExpression>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(ReadValue(ref reader, depth + 1));
                return ClassAdExpression.List(items);
            default:
                throw new FormatException($"A value is expected, not {reader.TokenType}.");
        }
    }

    private static ClassAdExpression ReadText(ref Utf8JsonReader reader)
    {
        bool isExpression = reader.ValueSpan.StartsWith(ExpressionBegin) && reader.ValueSpan.EndsWith(ExpressionEnd);
        string text = TextOf(ref reader);
        return isExpression
            ? ClassAdExpression.Printed(text[ExpressionPrefix..^ExpressionSuffix])
            : ClassAdExpression.Of(text.Replace('\0', '\uFFFD'));
    }

    /// <summary>
    /// Returns the text of a string or a name. One with half of a surrogate pair is no text; it stays as it was printed, so that one job's
    /// ad cannot make the queue unreadable.
    /// </summary>
    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan).Replace("\\/", "/", StringComparison.Ordinal);
        }
    }
}
