using System.Text.Json;
using Scailfin.JobController.Jobs;

namespace Scailfin.JobController.Tests.Jobs;

public sealed class CanonicalDigestTests
{
    [Theory]
    [InlineData("{\"a\": 1, \"b\": {\"c\": [1, 2], \"d\": null}}", "{\"b\":{\"d\":null,\"c\":[1,2]},\"a\":1}")]
    [InlineData("{\"a\": 1, \"a\": 2}", "{\"a\": 2}")]
    [InlineData("{\"a\": 1, \"\\u0061\": 2}", "{\"a\": 2}")]
    [InlineData("\"\\u00e9\\/\"", "\"é/\"")]
    [InlineData("\"\\ud83d\\ude00\"", "\"\U0001f600\"")]
    public void What_says_the_same_has_the_same_digest(string one, string other) => Assert.Equal(Digest(one), Digest(other));

    [Theory]
    [InlineData("{\"a\": 1}", "{\"a\": 1.0}")]
    [InlineData("{\"a\": 1}", "{\"a\": \"1\"}")]
    [InlineData("{\"a\": null}", "{}")]
    [InlineData("{\"a\": null}", "{\"a\": \"null\"}")]
    [InlineData("{\"a\": true}", "{\"a\": false}")]
    [InlineData("[[1], 2]", "[[1, 2]]")]
    [InlineData("[]", "{}")]
    [InlineData("[\"ab\", \"c\"]", "[\"a\", \"bc\"]")]
    [InlineData("[1, 2]", "[2, 1]")]
    [InlineData("{\"a\": {}, \"b\": 1}", "{\"a\": {\"b\": 1}}")]
    [InlineData("[\"a\", \"b\"]", "{\"a\": \"b\"}")]
    [InlineData("\"\\ud800\"", "\"\\ud801\"")]
    [InlineData("\"\\ud800\"", "\"\\ufffd\"")]
    [InlineData("\"é\"", "\"e\\u0301\"")]
    [InlineData("{\"A\": 1}", "{\"a\": 1}")]
    public void What_says_something_else_has_another(string one, string other) => Assert.NotEqual(Digest(one), Digest(other));

    /// <summary>It is stored: another one after an upgrade would turn every repeat into a 409.</summary>
    [Fact]
    public void The_form_is_the_one_that_is_stored() =>
        Assert.Equal("bf6340817c5ba38e6ded868fe334a08240a09fb57c54c58bef0e10005e0ebf2b", Digest("{\"a\": [1, \"x\", null]}"));

    private static string Digest(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return CanonicalDigest.Of(document.RootElement);
    }
}
