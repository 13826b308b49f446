using System.Diagnostics;
using System.Net;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests;

public sealed class TwoInstancesTests
{
    [Fact]
    public async Task The_second_service_answers_from_the_store_and_takes_over_when_the_first_is_killed()
    {
        _ = PublishedProgram.Path;
        await using var folder = new ServiceFolder(inFlight: 1);
        string workspace = folder.Workspace("w");
        await using ServiceProcess first = await ServiceProcess.StartAsync(folder);
        string running = await first.SubmitAsync(workspace, "echo begin >> mark-1; until [ -e go ]; do sleep 0.1; done");
        string queued = await first.SubmitAsync(workspace, "echo begin >> mark-2");
        await using ServiceProcess second = await ServiceProcess.StartAsync(folder, ready: false);

        Assert.Equal([running, queued], (await second.ListAsync()).Select(job => job.Id));
        Assert.Equal("queued", await second.StatusAsync(queued));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await second.GetAsync("/readyz")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await second.PostAsync(ServiceProcess.Request(workspace, "true"))).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await second.GetAsync("/shutdown")).Status);

        await first.KillAsync();
        await second.ReadyAsync();
        await File.WriteAllTextAsync(Path.Combine(workspace, "go"), "", TestContext.Current.CancellationToken);
        await second.AllEndedAsync();
        Assert.Equal([(running, "finished"), (queued, "finished")], (await second.ListAsync()).Select(job => (job.Id, job.Status)));
        Assert.Equal("begin\n", await File.ReadAllTextAsync(Path.Combine(workspace, "mark-1"), TestContext.Current.CancellationToken));
        Assert.Equal("begin\n", await File.ReadAllTextAsync(Path.Combine(workspace, "mark-2"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_standby_leaves_the_address_of_the_active_service_alone()
    {
        _ = PublishedProgram.Path;
        await using var folder = new ServiceFolder(inFlight: 1);
        await using ServiceProcess first = await ServiceProcess.StartAsync(folder);
        string active = await File.ReadAllTextAsync(folder.AddressFile, TestContext.Current.CancellationToken);
        string address = $"http://127.0.0.1:{FreePort.Next()}";

        using Process standby = ServiceProcess.Run(folder, "serve", [], [KeyValuePair.Create("SCAILFIN_LISTEN", address)]);
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
            await Eventually.TrueAsync(
                async () =>
                {
                    Assert.False(standby.HasExited, folder.ReadLog());
                    try
                    {
                        return (await http.GetAsync($"{address}/healthz", TestContext.Current.CancellationToken)).IsSuccessStatusCode;
                    }
                    catch (HttpRequestException)
                    {
                        return false;
                    }
                },
                "the standby listens");

            // What it does once it listens, it has done when it has ended.
            ProcessTable.Signal(standby.Id, ProcessTable.Terminate);
            await Eventually.EndAsync(standby.WaitForExitAsync(TestContext.Current.CancellationToken), "the standby ends");
            Assert.True(standby.ExitCode == 0, folder.ReadLog());
            Assert.Equal(active, await File.ReadAllTextAsync(folder.AddressFile, TestContext.Current.CancellationToken));
        }
        finally
        {
            standby.Kill();
            await standby.WaitForExitAsync(CancellationToken.None);
        }
    }
}
