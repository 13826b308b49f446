using HTCondor.Net.EventLogs;

namespace HTCondor.Net.Tests.EventLogs;

public sealed class JobEventParserTests
{
    /// <summary>A user log of HTCondor 23.9.6, with jobs of the vanilla and grid universes.</summary>
    [Fact]
    public void A_real_log_is_read()
    {
        JobEvent[] events = [.. new JobEventLog(Path.Combine(AppContext.BaseDirectory, "Recorded", "user-log-23.9.6.txt"))
            .Read()
            .SelectMany(batch => batch.Events)];
        Assert.Equal(32, events.Length);
        Assert.All(
            events, one => Assert.True(one.IsReadable && !one.IsCut && one.Job.Cluster is >= 6 and <= 11 && one.Time!.Value.Year == 2026));
        Assert.StartsWith("<127.0.0.1:9618", Details<SubmitDetails>(6, 0).Host, StringComparison.Ordinal);
        Assert.Equal("slot1_3@127-0-0-1.pool.test", Details<ExecuteDetails>(8, 1).SlotName);
        Assert.Equal(new TerminatedDetails(3, null), Details<TerminatedDetails>(6, 5));
        Assert.Equal(new ImageSizeDetails(23824, 5, 4476), Details<ImageSizeDetails>(7, 6));
        Assert.Equal(new EvictedDetails(Checkpointed: false, Requeued: false, Reason: null), Details<EvictedDetails>(8, 4));
        Assert.Equal(new HeldDetails("a (very) odd reason: Code 1 Subcode 2 (by user alice)", 1, 0), Details<HeldDetails>(8, 12));
        Assert.Equal(6, Details<HeldDetails>(10, 12).Code);
        Assert.StartsWith("Failed to execute '/no/such/prog'", Details<ReasonDetails>(10, 21).Reason, StringComparison.Ordinal);
        Assert.Equal(new ReasonDetails("go on (by user alice)"), Details<ReasonDetails>(9, 13));
        Assert.Equal(new ReasonDetails("enough (by user alice)"), Details<ReasonDetails>(8, 9));
        Assert.Equal("batch slurm", Details<GridSubmitDetails>(11, 27).Resource);
        Assert.Equal("Finished transferring input files", events.First(one => one.Name == "FileTransfer").Headline);

        T Details<T>(int cluster, int number) =>
            Assert.IsType<T>(events.First(one => one.Job.Cluster == cluster && one.Number == number).Details, exactMatch: true);
    }

    [Fact]
    public void Every_type_has_a_name_and_an_unknown_one_is_delivered()
    {
        for (int number = 0; number < JobEventNames.Count; number++)
            Assert.DoesNotContain(
                "Event",
                Parsed($"{number:000} (1.0.0) 2026-11-24 22:30:03 x").Name.Replace("EventLog", "", StringComparison.Ordinal),
                StringComparison.Ordinal);
        JobEvent unknown = Parsed("947 (12.3.0) 2026-11-24 22:30:03 From the future", "\tx");
        Assert.Equal(("Event947", new JobKey(12, 3), "From the future"), (unknown.Name, unknown.Job, unknown.Headline));
    }

    [Theory]
    [InlineData("2026-11-24 22:30:03", "2026-11-24T22:30:03.0000000")]
    [InlineData("2026-11-24 22:30:03.125", "2026-11-24T22:30:03.1250000")]
    [InlineData("2026-11-24T22:30:03.5Z", "2026-11-24T22:30:03.5000000Z")]
    [InlineData("11/24 22:30:03", null)]
    public void Times_are_read_as_they_are_written(string text, string? expected)
    {
        JobEvent parsed = Parsed($"005 (1.0.0) {text} Job terminated.");
        Assert.Equal(text, parsed.TimeText);
        Assert.Equal(expected, parsed.Time?.ToString("O"));
    }

    [Fact]
    public void A_signal_and_a_requeue_are_read()
    {
        Assert.Equal(
            new TerminatedDetails(null, 9),
            Parsed(
                "005 (1.0.0) 2026-11-24 22:30:03 Job terminated.", "\t(0) Abnormal termination (signal 9)", "\t(0) No core file").Details);
        Assert.Equal(
            new EvictedDetails(Checkpointed: false, Requeued: true, "why"),
            Parsed("004 (1.0.0) 2026-11-24 22:30:03 Job was evicted.", "\t(0) Job terminated and was requeued", "\tReason: why").Details);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("005 (1.0.0)")]
    [InlineData("005 (99999999999.0.0) 2026-11-24 22:30:03 x")]
    [InlineData("05 (1.0.0) 2026-11-24 22:30:03 x")]
    [InlineData("\0\0\0\0 (1.0.0) 2026-11-24 22:30:03 x")]
    public void What_is_no_event_is_delivered_as_it_is(string line)
    {
        JobEvent parsed = Parsed(line);
        Assert.False(parsed.IsReadable);
        Assert.Equal("Unreadable", parsed.Name);
        Assert.Equal(line, Assert.Single(parsed.Body));
    }

    [Theory]
    [InlineData("005", "Job terminated.")]
    [InlineData("005", "Job terminated.", "\t(1) Normal termination (return value x)")]
    [InlineData("012", "Job was held.", "\tCode 1")]
    [InlineData("006", "Image size of job updated: many")]
    public void A_body_that_is_not_as_expected_has_no_details(string number, string headline, params string[] body) =>
        Assert.Null(Parsed([$"{number} (1.0.0) 2026-11-24 22:30:03 {headline}", .. body]).Details);

    private static JobEvent Parsed(params string[] lines) => JobEventParser.Parse(lines, isCut: false);
}
