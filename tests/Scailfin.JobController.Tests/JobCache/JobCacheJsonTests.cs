using System.Text;
using System.Text.Json;
using Scailfin.JobController.JobCache;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Tests.JobCache;

/// <summary>Contract C.14; expected texts and digests are CPython's.</summary>
public sealed class JobCacheJsonTests
{
    [Theory]
    [InlineData("[1, -0, -0.0, 1.0, 1e3, 1E400, 12345678901234567890123]", "[1, 0, -0.0, 1.0, 1000.0, Infinity, 12345678901234567890123]")]
    [InlineData(
        "{\"b\": 1, \"a\": {\"z\": null, \"y\": [true, false]}, \"b\": 2}", "{\"b\": 2, \"a\": {\"z\": null, \"y\": [true, false]}}")]
    [InlineData("\"\\ud800\\u00e9\\/<>&\u007f\"", "\"\\ud800\\u00e9/<>&\\u007f\"")]
    [InlineData("[NaN, Infinity,-Infinity, \"NaN \\\" Infinity\"]", "[NaN, Infinity, -Infinity, \"NaN \\\" Infinity\"]")]
    [InlineData("{ }", "{}")]
    [InlineData("[ ]", "[]")]
    public void Json_is_written_as_Python_writes_what_it_read(string json, string expected)
    {
        var output = new StringBuilder();
        JobCacheJson.Append(output, PythonJsonReader.Parse(json).RootElement);
        Assert.Equal(expected, output.ToString());
    }

    [Theory]
    [InlineData("1Infinity")]
    [InlineData("--Infinity")]
    [InlineData("Nan")]
    [InlineData("[NaN")]
    public void What_is_no_json_to_Python_is_refused(string text) => Assert.ThrowsAny<JsonException>(() => PythonJsonReader.Parse(text));

    [Fact]
    public void The_workspace_is_no_part_of_the_parameters()
    {
        const string Expected = "dd0314863916906c743ba19ecc89a458";
        JsonElement workflow = JsonDocument.Parse("{\"steps\":[{\"cmd\":\"é\"}], \"n\": 0.1}").RootElement;
        foreach (string member in (string[])["\"workflow_workspace\": \"/a\", ", "\"workflow_workspace\": {\"b\": 1}, ", ""])
            Assert.Equal(
                Expected, JobParameters.Digest(JsonDocument.Parse($"{{{member}\"cmd\": \"ls\", \"n\": [1, 2.0]}}").RootElement, workflow));
    }
}
