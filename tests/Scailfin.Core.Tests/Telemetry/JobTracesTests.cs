using System.Collections.Concurrent;
using System.Diagnostics;
using Scailfin.Core.Jobs;
using Scailfin.Core.Telemetry;
using Scailfin.Core.Tests.Lifecycle;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Telemetry;

/// <summary>One trace for the life of a job: that of its submission.</summary>
public sealed class JobTracesTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivityListener _listener;

    public JobTracesTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == JobTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == _trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_submission_waits_for_the_store_then_for_the_backend_and_later_work_is_in_its_trace()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job;
        using (var request = new Activity("request"))
        {
            request.SetParentId(_trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded).Start();
            job = await harness.SubmitAsync();
            Assert.Equal(request.SpanId, (await EndedAsync("job submit")).ParentSpanId);
        }

        Activity submit = await EndedAsync("job submit");
        Activity wait = await EndedAsync("store commit wait");
        Assert.Equal(submit.SpanId, wait.ParentSpanId);
        Assert.Equal(job.Id.ToString(), wait.GetTagItem(JobTraces.JobTag));
        Activity backend = await EndedAsync("backend submit");
        Assert.Equal(submit.SpanId, backend.ParentSpanId);
        Assert.Equal(Specs.Backend, backend.GetTagItem(JobTraces.BackendTag));
        harness.Manager.Start(job.Id);
        harness.Manager.Exit(job.Id, 0);
        Assert.Equal(submit.SpanId, (await EndedAsync("backend collect")).ParentSpanId);
        Assert.Equal(submit.SpanId, (await EndedAsync("backend release")).ParentSpanId);
    }

    [Fact]
    public void What_nobody_wants_to_hear_of_is_not_made() => Assert.Null(JobTraces.Start("job submit", "b"));

    [Fact]
    public async Task A_call_that_fails_leaves_a_span_that_says_so()
    {
        var calls = new BackendCalls(JobMetrics.None, "b", TimeProvider.System);
        var origin = new ActivityContext(_trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        await Assert.ThrowsAsync<InvalidDataException>(() => calls.MeasureAsync(
            BackendCall.Observe, () => throw new InvalidDataException(), origin));
        Activity span = await EndedAsync("backend observe");
        Assert.Equal((ActivityStatusCode.Error, origin.SpanId), (span.Status, span.ParentSpanId));
    }

    private async Task<Activity> EndedAsync(string name)
    {
        await Eventually.TrueAsync(() => _ended.Any(span => span.OperationName == name), $"a span '{name}'");
        return _ended.First(span => span.OperationName == name);
    }
}
