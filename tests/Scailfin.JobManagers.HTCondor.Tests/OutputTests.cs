using HTCondor.Net.ClassAds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Ads;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.JobManagers.HTCondor.Verdicts;
using Scailfin.Testing;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>Ads as a real schedd printed them (Recorded/).</summary>
public sealed class OutputTests
{
    private static readonly Dictionary<int, HTCondorOutput> Jobs = new[] { "queue.json", "history.json" }
        .SelectMany(file => ClassAdJson.ReadAds(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Recorded", file))))
        .Select(ad => HTCondorOutput.Parse(ad, isQueued: false)!).ToDictionary(job => job.Key.Cluster);

    [Theory]
    [InlineData(1, HTCondorStates.Completed, 3, null)]
    [InlineData(2, HTCondorStates.Completed, null, 9)]
    [InlineData(3, HTCondorStates.Removed, null, 15)]
    [InlineData(4, HTCondorStates.Idle, null, null)]
    [InlineData(5, HTCondorStates.Held, null, null)]
    [InlineData(6, HTCondorStates.Running, null, 9)]
    public void Status_exit_code_and_signal_are_read(int cluster, int status, int? code, int? signal)
    {
        HTCondorOutput job = Jobs[cluster];
        Assert.Equal((status, code, signal), (job.Status, job.ExitCode, job.Signal));
        Assert.Equal($"0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f{cluster + 9}.1", job.Identity);
    }

    [Fact]
    public void A_held_job_tells_its_code_and_its_reason()
    {
        Assert.Equal((13, 0L, 1L), (Jobs[5].HoldCode, Jobs[5].Starts, Jobs[5].Holds));
        Assert.Contains("No such file or directory", Jobs[5].HoldReason, StringComparison.Ordinal);
        Assert.Equal((1, 1L, "via condor_hold (by user alice)"), (Jobs[7].HoldCode, Jobs[7].Starts, Jobs[7].HoldReason));
    }

    [Fact]
    public void A_removed_job_tells_who_removed_it() => Assert.Equal("via condor_rm (by user alice)", Jobs[3].RemoveReason);

    [Theory]
    [InlineData(
        "1795579981",
        "HTCondor lost the connection to slot1_8@node at 2026-11-25 04:13:01 UTC, and tries to find it there for at most 40 minutes.")]
    [InlineData("undefined", "")]
    public void A_job_whose_machine_does_not_answer_says_so_until_it_is_found_again(string date, string says)
    {
        ClassAd ad = Ad(
            ("ClusterId", "1"), ("ProcId", "0"), ("ScailfinJobId", "\"j\""), ("ScailfinAttempt", "1"), ("JobStatus", "2"),
            ("RemoteHost", "\"slot1_8@node\""), ("JobLeaseDuration", "2400"), ("JobDisconnectedDate", date));
        Assert.Equal(says, HTCondorOutput.Parse(ad, isQueued: true)!.Disconnected);
    }

    [Fact]
    public void A_job_that_was_started_twice_shows_it() => Assert.Equal(2, Jobs[6].Starts);

    [Fact]
    public void An_ad_with_any_value_in_any_attribute_is_read_and_judged_without_a_word_of_an_exception()
    {
        string[] values =
        [
            "undefined", "error", "true", "false", "-1", "0", "1", "7", "99", "999999999999999999", "-999999999999999999", "1e308",
            "-1e308", "2.5e11",
            "real(\"NaN\")", "real(\"INF\")", "real(\"-INF\")", "\"\"", "\"text\"", "\"1\\n\\u0000\"", "{1, 2}", "{}", "[a = 1]",
            "time()", "foo(1)", "strcat(\"a\", 1)", "1/0", "MY.NoSuch", "ifThenElse(true, 1, 2)", "-0.0",
        ];
        Attempt attempt = Specs.NewAttempt(Specs.Valid());
        var observation = new HTCondorObservation(new HTCondorOptions());
        int read = 0;
        foreach (string attribute in HTCondorAttributes.Projection)
        {
            foreach (string value in values)
            {
                for (int status = 0; status <= 8; status++)
                {
                    ClassAd ad = Ad(
                        ("ClusterId", "1"), ("ProcId", "0"), ("ScailfinJobId", "\"j\""), ("ScailfinAttempt", "1"),
                        ("JobStatus", $"{status}"));
                    if (!ClassAdExpression.TryParse(value, out ClassAdExpression? expression, out _))
                        continue;
                    ad.Set(attribute, expression);
                    if (HTCondorOutput.Parse(ad, isQueued: status % 2 == 0) is not { } job)
                        continue;
                    Observation seen = observation.Of(attempt, job, DateTimeOffset.UnixEpoch);
                    Assert.DoesNotContain("Exception", seen.Reason + seen.End?.Evidence.Text, StringComparison.Ordinal);
                    Assert.NotNull(HTCondorExplanation.Of(job));
                    read++;
                }
            }
        }

        Assert.InRange(read, 5000, int.MaxValue);
    }

    private static ClassAd Ad(params (string Name, string Value)[] attributes)
    {
        var ad = new ClassAd();
        foreach ((string name, string value) in attributes)
        {
            Assert.True(ClassAdExpression.TryParse(value, out ClassAdExpression? expression, out _));
            ad.Set(name, expression);
        }

        return ad;
    }

    [Fact]
    public void An_ad_that_is_none_of_ours_says_nothing() => Assert.Null(HTCondorOutput.Parse([], isQueued: true));

    [Fact]
    public void Of_two_entries_the_one_that_was_started_counts_then_the_older()
    {
        Assert.True(Jobs[6].IsBefore(Jobs[4]));
        Assert.False(Jobs[4].IsBefore(Jobs[6]));
        Assert.True(Jobs[4].IsBefore(Jobs[5]));
    }

    [Fact]
    public void What_HTCondor_says_arrives_as_one_line_of_bounded_length()
    {
        var ad = new ClassAd();
        foreach ((string name, ClassAdExpression value) in ClassAdJson.ReadAds(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Recorded", "queue.json")))[0])
            ad.Set(name, value);
        ad.Set("RemoveReason", "a\nb\u0007" + new string('x', 5000));
        string reason = HTCondorOutput.Parse(ad, isQueued: true)!.RemoveReason;
        Assert.StartsWith("a b x", reason, StringComparison.Ordinal);
        Assert.True(reason.Length <= 1000);
    }
}
