using Scailfin.Core.Jobs;
using Scailfin.JobController.Telemetry;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Telemetry;

/// <summary><c>GET /metrics</c> of the whole service.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task A_job_and_the_requests_for_it_are_told()
    {
        await using Edge edge = await Edge.StartAsync();
        Job job = await edge.SubmitAsync();
        await Eventually.TrueAsync(
            async () => (await edge.GetAsync($"/jobs/{job.Id}")).Json.GetProperty("status").GetString() == "finished", "it ends");

        // Its end is counted a moment after it is shown, and before it is released.
        await Eventually.TrueAsync(() => edge.Backend.WasReleased(job.Id), "it is released");
        await edge.GetAsync("/jobs/no-such-job");
        await edge.GetAsync($"/nothing/here/{Guid.NewGuid()}");
        Answer answer = await edge.GetAsync("/metrics");
        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"), (answer.Status, answer.ContentType));
        Exposition read = Exposition.Parse(answer.Text);
        Assert.Equal(1, read["scailfin_jobs_ended_total;backend=kubernetes;status=finished"]);
        Assert.Equal(1, read["scailfin_backend_up;backend=kubernetes"]);
        Assert.Equal(1, read["scailfin_store_up"]);
        Assert.Equal(1, read["scailfin_job_phase_duration_seconds_count;backend=kubernetes;phase=submit"]);
        Assert.Equal(1, read[$"scailfin_build_info;version={BuildInformation.Version}"]);
        Assert.True(read["dotnet_process_memory_working_set_bytes"] > 1_000_000);
        Assert.True(read["dotnet_process_cpu_time_seconds_total;cpu_mode=user"] > 0);
        Sample[] requests = [.. read.Samples.Where(sample => sample.Name == "http_server_request_duration_seconds_count")];
        Assert.Contains(
            requests,
            sample => sample.Labels.Contains(("http_response_status_code", "201")) && sample.Labels.Contains(("http_route", "/jobs")));
        Assert.All(requests, sample => Assert.DoesNotContain(job.Id.ToString(), sample.Series, StringComparison.Ordinal));
        Assert.DoesNotContain("nothing", answer.Text, StringComparison.Ordinal);
        AssertHistogramsHold(read);
    }

    [Fact]
    public async Task Head_is_answered_without_a_body()
    {
        await using Edge edge = await Edge.StartAsync();
        Answer answer = await edge.SendAsync("HEAD", "/metrics");
        Assert.Equal((200, ""), (answer.Status, answer.Text));
        Assert.True(answer.ContentLength > 0);
    }

    [Fact]
    public async Task Every_instrument_is_in_the_reference_under_both_of_its_names()
    {
        await using Edge edge = await Edge.StartAsync();
        MetricsCollector collector = edge.Service<MetricsCollector>();
        await edge.GetAsync("/metrics");
        string reference = await File.ReadAllTextAsync(
            Path.Combine(Root(), "docs", "operations", "metrics.md"), TestContext.Current.CancellationToken);
        Assert.NotEmpty(collector.Families);
        foreach (MetricFamily family in collector.Families)
        {
            Assert.True(reference.Contains($"`{family.Name}`", StringComparison.Ordinal), family.Name);
            Assert.True(reference.Contains($"`{family.Instrument.Name}`", StringComparison.Ordinal), family.Instrument.Name);
        }
    }

    private static void AssertHistogramsHold(Exposition read)
    {
        foreach (string name in read.Type.Where(type => type.Value == "histogram").Select(type => type.Key))
        {
            foreach (IGrouping<string, Sample> group in read.Samples.Where(sample => sample.Name == $"{name}_bucket")
                .GroupBy(sample => sample.Group))
            {
                double[] counts = [.. group.Select(sample => sample.Value)];
                Assert.Equal(counts.Order(), counts);
                Assert.Equal("+Inf", group.Last().Labels[^1].Value);
                Assert.Equal(counts[^1], read[$"{name}_count{group.Key}"]);
                Assert.True(read[$"{name}_sum{group.Key}"] >= 0);
            }
        }
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Scailfin.sln")))
            folder = folder.Parent;
        return folder!.FullName;
    }
}
