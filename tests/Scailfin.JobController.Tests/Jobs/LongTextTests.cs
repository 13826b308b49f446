using System.Text;
using System.Text.Json;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Commands that lie in files, and texts that are too long.</summary>
public sealed class LongTextTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private Edge Edge => fixture.Edge;

    public static TheoryData<string> Texts =>
        [.. RequestFields.All.Known.Where(one => one.Value.Type == RequestFieldType.Text).Select(one => one.Key)];

    /// <summary>Characters of one to four bytes, so that some are cut by the end of a piece.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("漢")]
    [InlineData("x🚀\"\\\n")]
    public async Task A_long_command_is_shown_whole_alone_and_in_the_list(string part)
    {
        string command = "echo " + string.Concat(Enumerable.Repeat(part, 60_000));
        Job job = await Edge.SubmitAsync($"\"cmd\": \"{Convert.ToBase64String(Encoding.UTF8.GetBytes(command))}\"");
        Assert.NotNull(job.Spec.Kept);
        Answer single = await Edge.GetAsync($"/jobs/{job.Id}");
        Assert.Equal(command, single.Json.GetProperty("cmd").GetString());
        Assert.Equal(
            ["cmd", "cvmfs_mounts", "docker_img", "job_id", "max_restart_count", "restart_count", "status"],
            single.Json.EnumerateObject().Select(member => member.Name));
        Assert.EndsWith("}\n", single.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(single.Text, character => character > '~');
        JsonElement listed = (await Edge.GetAsync("/jobs")).Json.GetProperty("jobs").EnumerateArray()
            .Select(entry => entry.EnumerateObject().Single()).Single(entry => entry.Name == job.Id.ToString()).Value;
        Assert.Equal(command, listed.GetProperty("cmd").GetString());
    }

    [Fact]
    public async Task A_job_whose_file_is_gone_is_shown_with_a_sentence_in_place_of_its_command()
    {
        await using Edge edge = await Edge.StartAsync();
        string command = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', 10_000)));
        Job job = await edge.SubmitAsync($"\"cmd\": \"{command}\"");
        File.Delete(Assert.Single(Directory.GetFiles(Path.Combine(edge.Data.Path, "specs"))));
        Answer answer = await edge.GetAsync($"/jobs/{job.Id}");
        Assert.Equal(200, answer.Status);
        Assert.StartsWith("[The command cannot be read now", answer.Json.GetProperty("cmd").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (await edge.GetAsync("/jobs")).Status);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task No_text_may_be_longer_than_its_limit_which_the_answer_names_with_field_and_length(string field)
    {
        const int Length = 1_200_000;
        string text = field == "cmd" ? Convert.ToBase64String(new byte[Length].Select(_ => (byte)'x').ToArray()) : new('1', Length);
        Answer answer = await Edge.SendAsync(Edge.Http, "POST", "/jobs", Edge.Request($"\"{field}\": \"{text}\""));
        Assert.Equal(400, answer.Status);
        string message = answer.Json.GetProperty("message").GetProperty(field)[0].GetString()!;
        if (field == "workflow_uuid")
            Assert.StartsWith("Not a valid UUID", message, StringComparison.Ordinal);
        else
            Assert.Contains($": {Length}", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_members_of_a_list_have_one_limit_together()
    {
        string member = new('s', 1000);
        string list = string.Join(", ", Enumerable.Repeat($"\"{member}\"", 20));
        await Edge.RefusesAsync(
            Edge.Request($"\"{JobRequestFields.SecretNames}\": [{list}]"),
            """{"secret_names":["Longer than maximum length 16384: 20000 characters."]}""");
    }
}
