using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Contract A.4: types, coercions and messages.</summary>
public sealed class FieldTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private Edge Edge => fixture.Edge;

    public static TheoryData<string> FieldsOf(string type) =>
        [.. RequestFields.All.Known.Where(field => field.Value.Type.ToString() == type && field.Key != JobRequestFields.Timeout)
            .Select(field => field.Key)];

    [Fact]
    public Task All_missing_fields_are_named_at_once() => Edge.RefusesAsync(
        "{\"foo\": 1}",
        """{"docker_img":["Missing data for required field."],"foo":["Unknown field."],"job_name":["Missing data for required field."]"""
            + ""","workflow_uuid":["Missing data for required field."],"workflow_workspace":["Missing data for required field."]}""");

    [Fact]
    public async Task A_key_that_no_store_can_keep_is_an_unknown_field()
    {
        await Edge.RefusesAsync(Edge.Request("\"a\\ud800\": 1"), """{"'a\\ud800'":["Unknown field."]}""");
        await Edge.RefusesAsync(Edge.Request("\"a\\u0000\": 1"), """{"a\u0000":["Unknown field."]}""");
    }

    [Theory]
    [MemberData(nameof(FieldsOf), "Text")]
    [MemberData(nameof(FieldsOf), "Flag")]
    [MemberData(nameof(FieldsOf), "Number")]
    [MemberData(nameof(FieldsOf), "Mapping")]
    [MemberData(nameof(FieldsOf), "List")]
    public Task No_field_may_be_null(string field) =>
        Edge.RefusesAsync(Edge.Request($"\"{field}\": null"), $$"""{"{{field}}":["Field may not be null."]}""");

    [Theory]
    [MemberData(nameof(FieldsOf), "Text")]
    public async Task A_text_must_be_a_string(string field)
    {
        foreach (string value in (string[])["1", "1.5", "true", "[]", "{}", "[\"a\"]"])
            await Edge.RefusesAsync(Edge.Request($"\"{field}\": {value}"), $$"""{"{{field}}":["Not a valid string."]}""");
    }

    [Theory]
    [MemberData(nameof(FieldsOf), "Text")]
    public async Task A_text_that_no_store_can_keep_is_refused(string field)
    {
        if (field == "cmd")
            return;
        await Edge.RefusesAsync(
            Edge.Request($"\"{field}\": \"a\\u0000b\""),
            $$"""{"{{field}}":["Not valid text: it contains the character NUL, which cannot be stored."]}""");
        await Edge.RefusesAsync(
            Edge.Request($"\"{field}\": \"a\\ud800b\""),
            $$"""{"{{field}}":["Not valid text: it contains a lone surrogate (half of a UTF-16 pair), which cannot be stored."]}""");
    }

    [Theory]
    [MemberData(nameof(FieldsOf), "Flag")]
    public async Task A_boolean_takes_the_usual_words(string field)
    {
        foreach (string value in (string[])
        [
            "\"maybe\"", "2", "-1", "0.5", "1e400", "[]", "{}", "\"\"", "\"tRue\"", "\" true\"", "\"\\ud800\"",
        ])
            await Edge.RefusesAsync(Edge.Request($"\"{field}\": {value}"), $$"""{"{{field}}":["Not a valid boolean."]}""");
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("1", true)]
    [InlineData("1.0", true)]
    [InlineData("0", false)]
    [InlineData("0e0", false)]
    [InlineData("\"1\"", true)]
    [InlineData("\"0\"", false)]
    [InlineData("\"yes\"", true)]
    [InlineData("\"No\"", false)]
    [InlineData("\"ON\"", true)]
    [InlineData("\"off\"", false)]
    [InlineData("\"t\"", true)]
    [InlineData("\"F\"", false)]
    [InlineData("\"Y\"", true)]
    [InlineData("\"n\"", false)]
    [InlineData("\"TRUE\"", true)]
    [InlineData("\"False\"", false)]
    public async Task Words_and_numbers_become_booleans(string sent, bool expected)
    {
        Job job = await Edge.SubmitAsync($"\"kerberos\": {sent}, \"shared_file_system\": {sent}");
        Assert.Equal((expected, expected), (job.Spec.BackendFields.IsSet("kerberos"), job.Spec.SharedFileSystem));
    }

    [Theory]
    [InlineData("1000", 1000)]
    [InlineData("1000.7", 1000)]
    [InlineData("-1000.7", -1000)]
    [InlineData("1e3", 1000)]
    [InlineData("\"1000\"", 1000)]
    [InlineData("\" +1_000\\n\"", 1000)]
    [InlineData("\"-5\"", -5)]
    [InlineData("\"007\"", 7)]
    [InlineData("\"\\u0661\\u0662\"", 12)]
    public async Task Numeric_texts_and_floats_become_integers(string sent, long expected) =>
        Assert.Equal(expected, (await Edge.SubmitAsync($"\"kubernetes_uid\": {sent}")).Spec.BackendFields.Number("kubernetes_uid"));

    [Theory]
    [InlineData("true", "Not a valid integer.")]
    [InlineData("false", "Not a valid integer.")]
    [InlineData("\"\"", "Not a valid integer.")]
    [InlineData("\"1.5\"", "Not a valid integer.")]
    [InlineData("\"0x10\"", "Not a valid integer.")]
    [InlineData("\"1__0\"", "Not a valid integer.")]
    [InlineData("\"_1\"", "Not a valid integer.")]
    [InlineData("\"1_\"", "Not a valid integer.")]
    [InlineData("\"+ 1\"", "Not a valid integer.")]
    [InlineData("\"\\ud800\"", "Not a valid integer.")]
    [InlineData("[1]", "Not a valid integer.")]
    [InlineData("{}", "Not a valid integer.")]
    [InlineData("1e400", "Number too large.")]
    [InlineData("99999999999999999999", "Number too large.")]
    public Task What_is_no_integer_is_refused(string sent, string message) =>
        Edge.RefusesAsync(Edge.Request($"\"kubernetes_uid\": {sent}"), $$"""{"kubernetes_uid":["{{message}}"]}""");

    [Theory]
    [InlineData("{}", """["Not a valid list."]""")]
    [InlineData("\"a\"", """["Not a valid list."]""")]
    [InlineData(
        "[\"a\", 1, null, \"\\ud800\"]",
        """{"1":["Not a valid string."],"2":["Field may not be null."],"3":["Not valid text: """
            + """it contains a lone surrogate (half of a UTF-16 pair), which cannot be stored."]}""")]
    public Task What_is_no_list_of_strings_is_refused(string sent, string problems) =>
        Edge.RefusesAsync(Edge.Request($"\"secret_names\": {sent}"), $$"""{"secret_names":{{problems}}}""");

    [Fact]
    public async Task Secret_names_reach_the_job_manager_as_a_list() =>
        Assert.Equal(["a", "é"], (await Edge.SubmitAsync("\"secret_names\": [\"a\", \"é\"]")).Spec.BackendFields.List("secret_names"));

    [Fact]
    public async Task Of_equal_keys_the_last_wins()
    {
        Job job = await Edge.SubmitAsync("\"job_name\": 1, \"job_name\": \"last\", \"kubernetes_uid\": true, \"kubernetes_uid\": 5");
        Assert.Equal(("last", 5L), (job.Spec.JobName, job.Spec.BackendFields.Number("kubernetes_uid")));
    }

    [Fact]
    public async Task Without_optional_fields_the_defaults_hold()
    {
        Job job = await Edge.SubmitAsync();
        Assert.Equal(("", "kubernetes", true), (job.Spec.PrettifiedCommand, job.Spec.Backend, job.Spec.SharedFileSystem));
        Assert.Equal(TimeSpan.FromSeconds(604800), job.Spec.Timeout);
        Assert.Empty(job.Spec.BackendFields);
    }

    [Fact]
    public async Task Every_field_of_a_backend_reaches_it_as_it_was_sent()
    {
        foreach (string field in RequestFields.All.Known.Keys.Except(JobRequestFields.OfTheModel)
            .Where(field => RequestFields.All.Known[field].Type == RequestFieldType.Text))
            Assert.Equal("1", (await Edge.SubmitAsync($"\"{field}\": \"1\"")).Spec.BackendFields.Text(field));
    }

    [Theory]
    [InlineData("", "''")]
    [InlineData("no", "'no'")]
    [InlineData("it's", "\"it's\"")]
    public Task A_workflow_is_named_by_its_uuid(string sent, string shown) => Edge.RefusesAsync(
        Edge.Request($"\"workflow_uuid\": \"{sent}\""),
        $$"""{"workflow_uuid":["Not a valid UUID: {{shown.Replace("\"", "\\\"", StringComparison.Ordinal)}}."]}""");

    [Theory]
    [InlineData("relative")]
    [InlineData("")]
    [InlineData("/etc")]
    [InlineData("/a\\nb")]
    public async Task A_workspace_lies_under_a_root(string sent)
    {
        Answer answer = await Edge.PostAsync(Edge.Request($"\"workflow_workspace\": \"{sent}\""));
        Assert.Equal(400, answer.Status);
        Assert.Single(answer.Json.GetProperty("message").GetProperty("workflow_workspace").EnumerateArray());
    }

    [Fact]
    public async Task An_image_name_over_its_limit_is_refused_with_the_limit()
    {
        await Edge.SubmitAsync($"\"docker_img\": \"{new string('x', 256)}\"");
        await Edge.RefusesAsync(
            Edge.Request($"\"docker_img\": \"{new string('x', 257)}\""),
            """{"docker_img":["Longer than maximum length 256: 257 characters."]}""");
    }

    [Fact]
    public async Task A_job_name_may_be_long() =>
        Assert.Equal(5000, (await Edge.SubmitAsync($"\"job_name\": \"{new string('x', 5000)}\"")).Spec.JobName.Length);

    [Fact]
    public async Task An_empty_text_for_a_backend_is_none()
    {
        IEnumerable<string> fields = RequestFields.All.Known.Keys.Except(JobRequestFields.OfTheModel)
            .Where(field => RequestFields.All.Known[field].Type == RequestFieldType.Text).Select(field => $"\"{field}\": \"\"");
        Assert.Empty((await Edge.SubmitAsync(string.Join(", ", fields))).Spec.BackendFields);
    }

    [Fact]
    public async Task A_workflows_uuid_may_lack_its_hyphens() => Assert.Equal(
        "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11",
        (await Edge.SubmitAsync("\"workflow_uuid\": \"0b0a4b5e5b2c4e7f9a0e0d3c8d6a1f11\"")).Spec.WorkflowUuid.ToString());

    [Fact]
    public Task A_workspace_over_its_limit_is_refused_with_the_limit() => Edge.RefusesAsync(
        Edge.Request($"\"workflow_workspace\": \"/{new string('x', 4096)}\""),
        """{"workflow_workspace":["Longer than maximum length 4096: 4097 characters."]}""");

    [Fact]
    public async Task A_command_over_its_limit_is_refused_with_the_limit()
    {
        await using Edge edge = await Edge.StartAsync(requests: rules => rules with { Limits = new RequestLimits { Command = 6 } });
        await edge.SubmitAsync();
        await edge.RefusesAsync(
            edge.Request("\"cmd\": \"ZXhpdCAxMA==\""), """{"cmd":["Longer than the 6 bytes that a command may have: 7."]}""");
    }
}
