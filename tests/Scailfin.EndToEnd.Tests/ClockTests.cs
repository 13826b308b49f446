using System.Net;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests;

/// <summary>
/// The service's wall clock is set back, forward and to and fro while jobs run, and it starts with a clock that is 40 days ahead: statuses
/// follow the steps, stops are carried out, and nothing is erased.
/// </summary>
public sealed class ClockTests : IDisposable
{
    private static readonly string? Library = Directory.Exists("/usr/lib")
        ? Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu")
            .Select(place => Path.Combine(place, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        : null;

    private readonly string _clock = Path.GetTempFileName();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_clock);

    [Fact]
    public async Task A_clock_that_jumps_changes_no_status_and_erases_nothing()
    {
        if (Library is null)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "libfaketime is missing: install the package 'faketime'");
            Assert.Skip("libfaketime is missing: install the package 'faketime'");
        }

        await using var folder = new ServiceFolder
        {
            More =
            [
                new("LD_PRELOAD", Library),
                new("FAKETIME_TIMESTAMP_FILE", _clock),
                new("FAKETIME_NO_CACHE", "1"),
                new("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
                new("DONT_FAKE_MONOTONIC", "1"),
            ],
        };
        await SetAsync("+0");
        string workspace = folder.Workspace("w");
        var ids = new List<string>();
        await using (ServiceProcess service = await ServiceProcess.StartAsync(folder))
        {
            ids.Add(await service.SubmitAsync(workspace, "true"));
            ids.Add(await service.SubmitAsync(workspace, "sleep 1000"));
            ids.Add(await service.SubmitAsync(workspace, "until [ -e go ]; do sleep 0.1; done; exit 3"));
            await service.WaitForAsync(ids[0], "finished");
            await service.WaitForAsync(ids[1], "running");
            await service.WaitForAsync(ids[2], "running");
            (string Offset, double Days)[] jumps = [("-1h", -1 / 24.0), ("+40d", 40), ("+3h", 3 / 24.0), ("-1h", -1 / 24.0)];
            foreach ((string offset, double days) in jumps)
            {
                await JumpAsync(service, offset, days);

                // A job that comes and goes is driven by the same loop as those that run, which so were looked at after the jump.
                ids.Add(await service.SubmitAsync(workspace, "true"));
                await service.WaitForAsync(ids[^1], "finished");
                Assert.Equal(
                    ["finished", "running", "running", .. Enumerable.Repeat("finished", ids.Count - 3)],
                    (await service.ListAsync()).Select(job => job.Status));
            }

            using (HttpResponseMessage stopped = await service.Http.DeleteAsync($"/jobs/{ids[1]}", Cancellation))
                Assert.Equal(HttpStatusCode.NoContent, stopped.StatusCode);
            await service.WaitForAsync(ids[1], "stopped");
        }

        await SetAsync("+40d");
        await using ServiceProcess next = await ServiceProcess.StartAsync(folder);
        await File.WriteAllTextAsync(Path.Combine(workspace, "go"), "", Cancellation);
        await next.WaitForAsync(ids[2], "failed");
        await JumpAsync(next, "-1h", -1 / 24.0);
        Assert.Equal(
            ["finished", "stopped", "failed", .. Enumerable.Repeat("finished", ids.Count - 3)],
            (await next.ListAsync()).Select(job => job.Status));
    }

    private async Task SetAsync(string offset)
    {
        // A file of the same length or a rename: the service never reads half an offset.
        await File.WriteAllTextAsync($"{_clock}.new", $"{offset}\n", Cancellation);
        File.Move($"{_clock}.new", _clock, overwrite: true);
    }

    /// <summary>Sets the service's clock, and waits until its answers are dated so.</summary>
    private async Task JumpAsync(ServiceProcess service, string offset, double days)
    {
        await SetAsync(offset);
        await Eventually.TrueAsync(
            async () =>
            {
                using HttpResponseMessage answer = await service.Http.GetAsync("/healthz", Cancellation);
                TimeSpan ahead = answer.Headers.Date!.Value - TimeProvider.System.GetUtcNow();
                return Math.Abs((ahead - TimeSpan.FromDays(days)).TotalMinutes) < 5;
            },
            $"the service's clock is at {offset}");
    }
}
