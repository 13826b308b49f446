using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HTCondor.Net.ClassAds;

public static partial class ClassAdJson
{
    /// <summary>The length of <c>/Expr(</c>; that of <c>)/</c> is 2.</summary>
    private const int ExpressionPrefix = 6;
    private const int ExpressionSuffix = 2;

    private static ReadOnlySpan<byte> ExpressionBegin => "\\/Expr("u8;

    private static ReadOnlySpan<byte> ExpressionEnd => ")\\/"u8;

    /// <summary>Writes one ad.</summary>
    public static void WriteAd(Utf8JsonWriter writer, ClassAd ad)
    {
        writer.WriteStartObject();
        foreach ((string name, ClassAdExpression value) in ad)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, value);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes one value, or an expression in the form above.</summary>
    public static void WriteValue(Utf8JsonWriter writer, ClassAdExpression value)
    {
        switch (value.Type)
        {
            case ClassAdType.Undefined:
                writer.WriteNullValue();
                break;
            case ClassAdType.Boolean:
                writer.WriteBooleanValue(value.AsBoolean()!.Value);
                break;
            case ClassAdType.Integer:
                writer.WriteNumberValue(value.AsInteger()!.Value);
                break;
            case ClassAdType.Real when double.IsFinite(value.AsReal()!.Value):
                writer.WriteRawValue(value.Text);
                break;
            case ClassAdType.Text:
                writer.WriteStringValue(value.AsText());
                break;
            case ClassAdType.List:
                writer.WriteStartArray();
                foreach (ClassAdExpression item in value.AsList()!)
                    WriteValue(writer, item);
                writer.WriteEndArray();
                break;
            case ClassAdType.Ad:
                WriteAd(writer, value.AsAd()!);
                break;
            default:
                WriteExpression(writer, value);
                break;
        }
    }

    private static void WriteExpression(Utf8JsonWriter writer, ClassAdExpression value)
    {
        var text = new StringBuilder("\"\\/Expr(");
        text.Append(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value.NewText())).Append(")\\/\"");
        writer.WriteRawValue(text.ToString());
    }
}
