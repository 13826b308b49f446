using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests;

/// <summary>
/// Stops jobs that have just been submitted, that run and that wait for a place, in turn, while others come and go. Stops:
/// SCAILFIN_TEST_STOPS, 21 unless set; beside them half as many others at a time.
/// </summary>
/// <param name="service">The service.</param>
/// <param name="request">Makes the request for a job of that kind.</param>
internal sealed class StopBench(ServiceClient service, Func<StoppedJob, Dictionary<string, object>> request)
{
    /// <summary>Between two looks of the load at its own jobs: looking is not what is measured.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentBag<string> _others = [];

    public static int Stops =>
        int.TryParse(Environment.GetEnvironmentVariable("SCAILFIN_TEST_STOPS"), CultureInfo.InvariantCulture, out int given) ? given : 21;

    public static int OthersAtOnce => Stops / 2;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Returns the time from a stop's DELETE to the backend's call, where the backend can tell it; unless set, to the DELETE's answer,
    /// which comes once the backend has accepted the stop.
    /// </summary>
    public Func<StoppedJob, string, long, Task<TimeSpan>> MeasureAsync { get; init; } =
        (_, _, asked) => Task.FromResult(TimeProvider.System.GetElapsedTime(asked));

    /// <summary>Stops them all; none may run on to its end.</summary>
    /// <param name="what">The two ends of what is measured, for the figures.</param>
    public async Task RunAsync(string what)
    {
        string kept = await SubmitAsync(StoppedJob.Keeper);
        await RunsAsync(kept);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task coming = Task.WhenAll(Enumerable.Range(0, OthersAtOnce).Select(_ => ComeAndGoAsync(enough.Token)));
        var latencies = new List<(StoppedJob Kind, double Milliseconds)>();
        StoppedJob[] kinds = [StoppedJob.Submitted, StoppedJob.Running, StoppedJob.Waiting];
        for (int number = 0; number < Stops; number++)
        {
            StoppedJob kind = kinds[number % kinds.Length];
            latencies.Add((kind, (await StopAsync(kind)).TotalMilliseconds));
        }

        await enough.CancelAsync();
        await coming;
        Report(what, latencies);
        Assert.NotEmpty(_others);
    }

    private async Task<TimeSpan> StopAsync(StoppedJob kind)
    {
        string id = await SubmitAsync(kind);
        if (kind == StoppedJob.Running)
            await RunsAsync(id);
        long asked = TimeProvider.System.GetTimestamp();
        using (HttpResponseMessage answer = await service.Http.DeleteAsync($"/jobs/{id}", Cancellation))
            Assert.True(answer.IsSuccessStatusCode);
        TimeSpan latency = await MeasureAsync(kind, id, asked);
        await service.WaitForAsync(id, "stopped");
        return latency;
    }

    /// <summary>Waits its turn behind the others, for as long as these come and go.</summary>
    private Task RunsAsync(string id) => Eventually.TrueAsync(
        async () => await service.StatusAsync(id) == "running", $"job {id} is running", () => _others.Count);

    /// <summary>Jobs that end soon, one after the other.</summary>
    private async Task ComeAndGoAsync(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            string id = await SubmitAsync(StoppedJob.Other);
            while (await service.StatusAsync(id) is var status and not "finished")
            {
                Assert.DoesNotContain(status, (string[])["failed", "stopped"]);
                if (enough.IsCancellationRequested)
                    return;
                await Task.Delay(Pause, TimeProvider.System, Cancellation);
            }

            _others.Add(id);
        }
    }

    private async Task<string> SubmitAsync(StoppedJob kind)
    {
        (HttpStatusCode status, JsonElement body) = await service.PostAsync(request(kind));
        Assert.True(status == HttpStatusCode.Created, $"POST /jobs: {status} {body}");
        return body.GetProperty("job_id").GetString()!;
    }

    private void Report(string what, List<(StoppedJob Kind, double Milliseconds)> all)
    {
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{what}, {Stops} stops beside {OthersAtOnce} others at a time, of which {_others.Count} came and went:");
        foreach (IGrouping<string, double> some in all.GroupBy(one => one.Kind.ToString(), one => one.Milliseconds)
            .Append(all.GroupBy(_ => "all", one => one.Milliseconds).Single()))
        {
            double[] sorted = [.. some.Order()];
            TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {some.Key}: median {sorted[sorted.Length / 2]:0.0} ms, p95 {sorted[sorted.Length * 95 / 100]:0.0} ms, "
                    + $"most {sorted[^1]:0.0} ms"));
        }
    }
}

/// <summary>The jobs of a <see cref="StopBench"/>.</summary>
internal enum StoppedJob
{
    /// <summary>Stopped as soon as its POST is answered.</summary>
    Submitted,

    /// <summary>Stopped while it runs.</summary>
    Running,

    /// <summary>Stopped while it waits for a place at a backend that takes one job at a time.</summary>
    Waiting,

    /// <summary>Has that place, and keeps it.</summary>
    Keeper,

    /// <summary>Comes and goes.</summary>
    Other,
}
