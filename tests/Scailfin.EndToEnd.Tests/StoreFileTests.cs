using System.Net;
using System.Text.Json;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests;

/// <summary>Somebody takes files of the data directory away under the running service.</summary>
public sealed class StoreFileTests
{
    [Fact]
    public async Task A_database_that_was_taken_away_takes_no_jobs_is_named_and_goes_on_once_it_is_back()
    {
        _ = PublishedProgram.Path;
        await using var folder = new ServiceFolder();
        await using ServiceProcess service = await ServiceProcess.StartAsync(folder);
        string workspace = folder.Workspace("w"), database = Path.Combine(folder.Data, "jobs.sqlite");
        string earlier = await service.SubmitAsync(workspace, "true");
        await service.WaitForAsync(earlier, "finished");

        File.Move(database, $"{database}.away");
        (HttpStatusCode status, JsonElement body) = await service.PostAsync(ServiceProcess.Request(workspace, "true"));
        Assert.True(status == HttpStatusCode.ServiceUnavailable, $"{status} {body}");
        Assert.Contains($"The job store {database} was removed", body.ToString(), StringComparison.Ordinal);
        Assert.Contains("was removed", (await service.GetAsync("/readyz")).Body.ToString(), StringComparison.Ordinal);
        Assert.Equal([(earlier, "finished")], (await service.ListAsync()).Select(job => (job.Id, job.Status)));
        Assert.False(File.Exists(database), "the service does not begin a new database");

        File.Move($"{database}.away", database);
        await Eventually.TrueAsync(
            async () => (await service.PostAsync(ServiceProcess.Request(workspace, "true"))).Status == HttpStatusCode.Created,
            "jobs are taken again");
    }

    [Fact]
    public async Task A_job_whose_long_command_was_taken_away_is_shown_and_told_of_and_no_other_job_feels_it()
    {
        _ = PublishedProgram.Path;
        await using var folder = new ServiceFolder(inFlight: 1);
        await using ServiceProcess service = await ServiceProcess.StartAsync(folder);
        string workspace = folder.Workspace("w");
        string first = await service.SubmitAsync(workspace, "until [ -e go ]; do sleep 0.1; done");
        string robbed = await service.SubmitAsync(workspace, $"echo {new string('x', 5000)}; touch ran");
        string next = await service.SubmitAsync(workspace, "true");
        string text = Directory.GetFiles(Path.Combine(folder.Data, "specs")).Single();
        File.Move(text, Path.Combine(folder.Data, "text"));

        await File.WriteAllTextAsync(Path.Combine(workspace, "go"), "", TestContext.Current.CancellationToken);
        await service.WaitForAsync(first, "finished");
        await service.WaitForAsync(next, "finished");
        JobSeen seen = (await service.ListAsync()).Single(job => job.Id == robbed);
        Assert.Equal("queued", seen.Status);
        Assert.Contains("cannot be read now", seen.Command, StringComparison.Ordinal);
        Assert.Contains(text, (await service.GetAsync($"/jobs/{robbed}/explain")).Body.ToString(), StringComparison.Ordinal);

        File.Move(Path.Combine(folder.Data, "text"), text);
        await service.WaitForAsync(robbed, "finished");
        Assert.True(File.Exists(Path.Combine(workspace, "ran")), "the step ran with its own command");
    }
}
