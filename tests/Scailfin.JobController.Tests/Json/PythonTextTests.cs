using System.Numerics;
using System.Text.Json;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Tests.Json;

/// <summary>Values as Python shows them; the expected texts are CPython's.</summary>
public sealed class PythonTextTests
{
    [Theory]
    [InlineData("a", "'a'")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("it's \"x\"", "'it\\'s \"x\"'")]
    [InlineData("\\\n\r\t\0\u007f", "'\\\\\\n\\r\\t\\x00\\x7f'")]
    [InlineData("é\u00a0\u200b\u2028", "'é\\xa0\\u200b\\u2028'")]
    [InlineData("\U0001f600\U000e0001", "'\U0001f600\\U000e0001'")]
    public void A_text_is_represented_in_quotes(string text, string expected) => Assert.Equal(expected, PythonText.Represent(text));

    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1.0, "1.0")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(123456789012345680.0, "1.2345678901234568e+17")]
    [InlineData(1234567890123456.7, "1234567890123456.8")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(1.5e-7, "1.5e-07")]
    [InlineData(1e100, "1e+100")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(12345.678, "12345.678")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void A_float_is_shown_with_the_shortest_digits(double value, string expected) =>
        Assert.Equal(expected, PythonNumber.Show(value));

    [Theory]
    [InlineData("{\"a\": [1, 1.0, null, true], \"b\": \"it's\", \"a\": -0}", "{'a': 0, 'b': \"it's\"}")]
    [InlineData("\"text\"", "text")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    public void A_value_is_shown_as_str_shows_it(string json, string expected) =>
        Assert.Equal(expected, PythonText.Show(JsonDocument.Parse(json).RootElement));

    [Theory]
    [InlineData("\u00a0\v12\u3000\n", 12)]
    [InlineData("-1_2_3", -123)]
    [InlineData("\u0967\U0001d7d8", 10)]
    public void An_integer_is_read_as_int_reads_it(string text, int expected)
    {
        Assert.True(PythonNumber.TryParse(text, out BigInteger value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData(4300, true)]
    [InlineData(4301, false)]
    public void An_integer_has_at_most_as_many_digits_as_Python_allows(int digits, bool expected) =>
        Assert.Equal(expected, PythonNumber.TryParse(new string('9', digits), out _));
}
