using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Logs from a byte on, and as they are written.</summary>
public sealed class LogTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private const string Runs = "\"cmd\": \"c2xlZXA=\"";

    private Edge Edge => fixture.Edge;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_text_from_a_byte_on()
    {
        string id = await EndedAsync(Edge);
        string all = (await Edge.GetAsync($"/jobs/{id}/logs")).Text;
        Assert.StartsWith($"output of {id}.1\n", all, StringComparison.Ordinal);
        Assert.Equal(all, (await Edge.GetAsync($"/jobs/{id}/logs?offset=0")).Text);
        Assert.Equal(all[10..], (await Edge.GetAsync($"/jobs/{id}/logs?offset=10")).Text);
        Assert.Equal(
            (200, ""), await Edge.GetAsync($"/jobs/{id}/logs?offset={long.MaxValue}") is var end ? (end.Status, end.Text) : default);
    }

    [Theory]
    [InlineData("offset=-1", "offset is '-1', but must be a whole number of bytes, 0 or more.")]
    [InlineData("offset=x", "offset is 'x', but must be a whole number of bytes, 0 or more.")]
    [InlineData("offset=99999999999999999999", "offset is '99999999999999999999', but must be a whole number of bytes, 0 or more.")]
    [InlineData("follow=maybe", "follow is 'maybe', but must be one of: true, 1, false, 0.")]
    public async Task A_bad_argument_is_400_with_name_value_and_rule(string query, string message)
    {
        string id = (await Edge.SubmitAsync()).Id.ToString();
        Answer answer = await Edge.GetAsync($"/jobs/{id}/logs?{query}");
        Assert.Equal((400, message), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task A_job_that_has_ended_is_followed_to_its_end_at_once()
    {
        string id = await EndedAsync(Edge);
        string all = (await Edge.GetAsync($"/jobs/{id}/logs")).Text;
        Answer answer = await Edge.GetAsync($"/jobs/{id}/logs?follow=true");
        Assert.Equal((200, "application/x-ndjson"), (answer.Status, answer.ContentType));
        Assert.Equal(
            $"{{\"last\":true,\"next_offset\":{all.Length},\"offset\":0,"
                + $"\"status\":\"finished\",\"text\":{JsonSerializer.Serialize(all)}}}\n",
            answer.Text);
        JsonElement rest = (await Edge.GetAsync($"/jobs/{id}/logs?follow=1&offset=10")).Json;
        Assert.Equal(
            (10, all[10..], true),
            (rest.GetProperty("offset").GetInt32(), rest.GetProperty("text").GetString(), rest.GetProperty("last").GetBoolean()));
    }

    [Fact]
    public async Task What_a_job_writes_comes_while_it_runs_and_the_last_line_has_how_it_ended()
    {
        string id = (await Edge.SubmitAsync(Runs)).Id.ToString();

        // What is written can be there before the backend was asked how the job is.
        await Eventually.TrueAsync(
            async () => (await Edge.GetAsync($"/jobs/{id}")).Json.GetProperty("status").GetString() == "running", "the job runs");
        using StreamReader lines = await FollowAsync(Edge, id);
        JsonElement first = await LineAsync(lines);
        Assert.Equal($"output of {id}.1\n", first.GetProperty("text").GetString());
        Assert.Equal((false, "running"), (first.GetProperty("last").GetBoolean(), first.GetProperty("status").GetString()));
        await Edge.SendAsync("DELETE", $"/jobs/{id}/");
        JsonElement last = first;
        var text = new StringBuilder(first.GetProperty("text").GetString());
        while (await lines.ReadLineAsync(Cancellation) is { } line)
        {
            JsonElement next = JsonDocument.Parse(line).RootElement;
            Assert.Equal(last.GetProperty("next_offset").GetInt64(), next.GetProperty("offset").GetInt64());
            text.Append(next.GetProperty("text").GetString());
            last = next;
        }

        Assert.Equal((true, "stopped"), (last.GetProperty("last").GetBoolean(), last.GetProperty("status").GetString()));
        Assert.Equal((await Edge.GetAsync($"/jobs/{id}/logs")).Text, text.ToString());
    }

    [Fact]
    public async Task Head_returns_at_once()
    {
        string id = (await Edge.SubmitAsync(Runs)).Id.ToString();
        Answer answer = await Edge.SendAsync("HEAD", $"/jobs/{id}/logs?follow=true");
        Assert.Equal((200, "application/x-ndjson", ""), (answer.Status, answer.ContentType, answer.Text));
    }

    [Fact]
    public async Task Silence_is_filled_with_empty_chunks()
    {
        await using Edge edge = await Edge.StartAsync(replace: services => services.AddSingleton<TimeProvider>(new HurriedTime(100)));
        string id = (await edge.SubmitAsync(Runs)).Id.ToString();
        using StreamReader lines = await FollowAsync(edge, id);
        long end = (await LineAsync(lines)).GetProperty("next_offset").GetInt64();
        for (int count = 0; count < 3; count++)
        {
            JsonElement beat = await LineAsync(lines);
            Assert.Equal(("", false), (beat.GetProperty("text").GetString(), beat.GetProperty("last").GetBoolean()));
            Assert.Equal((end, end), (beat.GetProperty("offset").GetInt64(), beat.GetProperty("next_offset").GetInt64()));
        }
    }

    [Fact]
    public async Task The_end_of_the_service_ends_a_stream_without_a_last_line()
    {
        await using Edge edge = await Edge.StartAsync();
        string id = (await edge.SubmitAsync(Runs)).Id.ToString();
        using StreamReader lines = await FollowAsync(edge, id);
        await LineAsync(lines);
        Task<string> rest = lines.ReadToEndAsync(Cancellation);
        edge.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal("", await Eventually.EndAsync(rest, "the end of the stream"));
    }

    [Fact]
    public async Task A_log_in_a_store_that_is_away_is_waited_for_and_then_503()
    {
        var store = new InMemoryJobStore();
        await using Edge edge = await AwayAsync(store, factor: 100);
        string id = await EndedAsync(edge);
        string all = (await edge.GetAsync($"/jobs/{id}/logs")).Text;
        store.IsAway = true;
        using HttpResponseMessage away = await edge.Http.GetAsync(new Uri($"/jobs/{id}/logs", UriKind.Relative), Cancellation);
        Assert.Equal((503, true), ((int)away.StatusCode, away.Headers.RetryAfter is not null));
        Assert.Equal(200, (await edge.GetAsync($"/jobs/{id}")).Status);
        store.IsAway = false;
        Assert.Equal(all, (await edge.GetAsync($"/jobs/{id}/logs")).Text);
    }

    [Fact]
    public async Task A_log_is_read_once_its_store_is_back()
    {
        var store = new InMemoryJobStore();
        await using Edge edge = await AwayAsync(store, factor: 1);
        string id = await EndedAsync(edge);
        string all = (await edge.GetAsync($"/jobs/{id}/logs")).Text;
        store.IsAway = true;
        Task<Answer> read = edge.GetAsync($"/jobs/{id}/logs"), followed = edge.GetAsync($"/jobs/{id}/logs?follow=true");
        await Eventually.TrueAsync(() => store.FailedReads >= 2, "both have asked the store in vain");
        Assert.Equal(200, (await edge.GetAsync($"/jobs/{id}")).Status);
        Assert.False(read.IsCompleted || followed.IsCompleted);
        store.IsAway = false;
        Assert.Equal((200, all), ((await read).Status, (await read).Text));
        Assert.Contains("\"last\":true", (await followed).Text);
    }

    private static Task<Edge> AwayAsync(InMemoryJobStore store, int factor) => Edge.StartAsync(replace: services =>
    {
        services.RemoveAll<IJobStore>();
        services.AddSingleton<IJobStore>(store);
        services.AddSingleton<TimeProvider>(new HurriedTime(factor));
    });

    /// <summary>The id of a job that has ended, log and all.</summary>
    private static async Task<string> EndedAsync(Edge edge)
    {
        Job job = await edge.SubmitAsync();
        await Eventually.TrueAsync(
            async () => (await edge.GetAsync($"/jobs/{job.Id}")).Json.GetProperty("status").GetString() == "finished", "the job ends");
        await Eventually.TrueAsync(() => edge.Services.GetRequiredService<JobJournal>().Length == 0, "everything is stored");
        await Eventually.TrueAsync(() => edge.Backend.WasReleased(job.Id), "the backend holds nothing");
        return job.Id.ToString();
    }

    private static async Task<StreamReader> FollowAsync(Edge edge, string id) =>
        new(await edge.Http.GetStreamAsync(new Uri($"/jobs/{id}/logs?follow=true", UriKind.Relative), Cancellation));

    private static async Task<JsonElement> LineAsync(StreamReader lines)
    {
        string? line = await Eventually.EndAsync(lines.ReadLineAsync(Cancellation).AsTask(), "a line of the log");
        return JsonDocument.Parse(line!).RootElement;
    }
}
