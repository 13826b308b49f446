using HTCondor.Net;
using HTCondor.Net.ClassAds;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.HTCondor.Schedds;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>A call to the schedd with the input of several jobs fails as a whole.</summary>
public sealed class SpoolingsTests
{
    private readonly List<int> _calls = [];
    private readonly HashSet<int> _bad = [];
    private readonly Spoolings _spoolings;

    public SpoolingsTests() => _spoolings = new Spoolings(SpoolAsync, TimeSpan.Zero, TimeProvider.System);

    [Fact]
    public async Task One_job_whose_input_cannot_be_sent_keeps_no_other_from_being_sent_and_its_backend_from_nothing()
    {
        _bad.Add(7);
        Task[] sent = [.. Enumerable.Range(1, 20).Select(number => _spoolings.AgainAsync(Job(number)))];
        await Task.WhenAll(sent).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal([7], sent.Select((task, index) => task.IsFaulted ? index + 1 : 0).Where(number => number > 0));
        Assert.Contains(
            "input of job 7.0", (await Assert.ThrowsAsync<InputNotSpooledException>(() => sent[6])).Message, StringComparison.Ordinal);
        Assert.Contains("no such file: 7", _spoolings.ProblemOf(Job(7).Key), StringComparison.Ordinal);
        Assert.Null(_spoolings.ProblemOf(Job(8).Key));

        _bad.Clear();
        await _spoolings.AgainAsync(Job(7));
        Assert.Null(_spoolings.ProblemOf(Job(7).Key));
    }

    [Fact]
    public async Task A_schedd_that_takes_nobodys_input_is_asked_a_few_times_and_not_for_each_job()
    {
        _bad.UnionWith(Enumerable.Range(1, 20));
        Task[] sent = [.. Enumerable.Range(1, 20).Select(number => _spoolings.AgainAsync(Job(number)))];
        await Task.WhenAll(sent).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.All(sent, task => Assert.IsType<JobManagerUnavailableException>(task.Exception?.InnerException));
        Assert.Equal([20, 1, 1, 1], _calls);
    }

    private static SubmittedJob Job(int number)
    {
        var ad = new ClassAd();
        ad.Set("ClusterId", number);
        return new SubmittedJob(new JobKey(number, 0), ad);
    }

    private Task SpoolAsync(IReadOnlyList<ClassAd> jobs)
    {
        _calls.Add(jobs.Count);
        long? bad = jobs.Select(job => job.Integer("ClusterId")).FirstOrDefault(number => _bad.Contains((int)number!.Value));
        return bad is null ? Task.CompletedTask : throw new JobManagerUnavailableException($"no such file: {bad}");
    }
}
