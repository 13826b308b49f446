using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

public sealed class FollowTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_job_writes_is_seen_while_it_runs_and_the_last_chunk_says_so()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        await using IAsyncEnumerator<LogChunk> chunks =
            harness.Service.FollowLogsAsync(job, 0, Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await chunks.MoveNextAsync());
        string text = chunks.Current.Text;
        Assert.False(chunks.Current.IsLast);
        Assert.Equal(JobStatus.Running, (await harness.JobAsync(job.Id)).Status);
        harness.Manager.Exit(job.Id, 0);
        bool last = false;
        while (await chunks.MoveNextAsync())
        {
            text += chunks.Current.Text;
            last = chunks.Current.IsLast;
        }

        Assert.True(last);
        Assert.Equal(ScriptedJobManager.LogOf(job.Attempt), text);
    }

    [Fact]
    public async Task A_client_goes_on_where_it_was_interrupted()
    {
        await using Harness harness = await Harness.StartAsync();
        Job job = await harness.RunningAsync();
        harness.Manager.Exit(job.Id, 0);
        await harness.UntilAsync(job.Id, JobStatus.Finished);
        string whole = ScriptedJobManager.LogOf(job.Attempt);
        for (int offset = 0; offset <= whole.Length + 1; offset++)
        {
            LogChunk last = default!;
            await foreach (LogChunk chunk in harness.Service.FollowLogsAsync(job, offset, Cancellation))
                last = chunk;
            Assert.True(last.IsLast);
            Assert.Equal(whole[Math.Min(offset, whole.Length)..], last.Text);
        }
    }
}
