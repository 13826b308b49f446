using System.Text;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Tests.Hosting;

/// <summary>Contract A.2: JSON as Python's <c>json.dumps</c> writes it.</summary>
public sealed class JsonFormTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    [Theory]
    [InlineData("plain <b>&amp;'+/ ~", "plain <b>&amp;'+/ ~")]
    [InlineData("\"\\", "\\\"\\\\")]
    [InlineData("\b\f\n\r\t", "\\b\\f\\n\\r\\t")]
    [InlineData("\x01\x1f\x7f", "\\u0001\\u001f\\u007f")]
    [InlineData("é\u2028", "\\u00e9\\u2028")]
    [InlineData("\U0001f600", "\\ud83d\\ude00")]
    public void Texts_are_escaped_as_Python_escapes_them(string text, string expected)
    {
        string written = Encoding.ASCII.GetString(JsonAnswer.Write(json => json.WriteStringValue(text)).Span);
        Assert.Equal($"\"{expected}\"\n", written);
        var appended = new StringBuilder();
        PythonJsonEncoder.Append(appended, text);
        Assert.Equal(expected, appended.ToString());
    }

    [Fact]
    public async Task An_answer_is_compact_and_ends_with_one_newline()
    {
        Answer answer = await fixture.Edge.PostAsync("{}");
        Assert.Equal("{\"message\":\"Empty request\"}\n", answer.Text);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(answer.Text.Length, answer.ContentLength);
    }

    [Fact]
    public async Task A_job_keeps_what_was_sent_through_the_escapes()
    {
        const string Image = "a<b>&'+/é\U0001f600\x7f";
        string id = (await fixture.Edge.SubmitAsync($"\"docker_img\": \"{Image}\"")).Id.ToString();
        Answer answer = await fixture.Edge.GetAsync($"/jobs/{id}");
        Assert.Equal(Image, answer.Json.GetProperty("docker_img").GetString());
        Assert.Contains("\"a<b>&'+/\\u00e9\\ud83d\\ude00\\u007f\"", answer.Text);
    }

    [Fact]
    public async Task Fields_with_problems_come_in_order_and_escaped() => await fixture.Edge.RefusesAsync(
        fixture.Edge.Request("\"é\": 1, \"b\": 1, \"B\": 2, \"a\\\"\": 3"),
        """{"B":["Unknown field."],"a\"":["Unknown field."],"b":["Unknown field."],"\u00e9":["Unknown field."]}""");
}
