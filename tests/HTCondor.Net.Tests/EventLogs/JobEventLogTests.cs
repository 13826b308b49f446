using HTCondor.Net.EventLogs;
using Scailfin.Testing;

namespace HTCondor.Net.Tests.EventLogs;

public sealed class JobEventLogTests : IDisposable
{
    private readonly string _path = LogWriter.TemporaryPath();
    private readonly LogWriter _writer;

    public JobEventLogTests() => _writer = new LogWriter(_path, rotations: 3);

    public void Dispose() => _writer.Dispose();

    [Fact]
    public void Only_whole_events_are_delivered()
    {
        string one = LogWriter.Event(5, 7, 0, "Job terminated.", "(1) Normal termination (return value 0)");
        JobEventPosition? position = null;
        int seen = 0;
        foreach (char letter in one + one)
        {
            _writer.Append(letter.ToString());
            foreach (JobEventBatch batch in new JobEventLog(_path).Read(position))
            {
                Assert.Equal(new TerminatedDetails(0, null), Assert.Single(batch.Events).Details);
                position = batch.Position;
                seen++;
            }
        }

        Assert.Equal(2, seen);
        Assert.Equal(2 * one.Length, position!.Offset);
    }

    [Theory]
    [InlineData("mkfifo")]
    [InlineData("ln", "-s", "/dev/zero")]
    public async Task What_is_no_plain_file_is_no_log_and_keeps_nobody_waiting(params string[] command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There are no pipes in folders.");
        using var make = System.Diagnostics.Process.Start(command[0], [.. command.Skip(1), _path]);
        await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, make.ExitCode);
        JobEventBatch[] batches = await Eventually.EndAsync(
            Task.Run(() => new JobEventLog(_path).Read().ToArray(), TestContext.Current.CancellationToken), "the log is read");
        Assert.Empty(batches);
    }

    [Fact]
    public void A_position_survives_as_text()
    {
        _writer.Rotate();
        _writer.Append(Numbered(1));
        _writer.Rotate();
        _writer.Append(Numbered(2));
        JobEventPosition position = new JobEventLog(_path).Read().Last().Position;
        Assert.True(JobEventPosition.TryParse(position.ToString(), out JobEventPosition? again));
        Assert.Equal(position, again);
        Assert.Empty(new JobEventLog(_path).Read(again));
        Assert.False(JobEventPosition.TryParse("2:0:0:0:", out _));
        Assert.False(JobEventPosition.TryParse("1:-1:0:0:", out _));
        Assert.False(JobEventPosition.TryParse("1:0:0:0:0", out _));
        Assert.False(JobEventPosition.TryParse("", out _));
    }

    /// <summary>As without EVENT_LOG_LOCKING: one process opens the log, another one rotates it, the first one writes.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_written_to_a_file_after_it_was_rotated_and_read_is_still_delivered_once(bool restarted)
    {
        _writer.Rotate();
        _writer.Append(Numbered(0));
        using var late = new StreamWriter(_path, append: true);
        _writer.Rotate();
        _writer.Append(Numbered(1));
        using var reader = new LogReader(_path, new JobEventLogOptions(), from: null);
        var first = new List<JobEventBatch>();
        while (reader.Next() is { } batch)
            first.Add(batch);
        Assert.Equal([0, 1], first.SelectMany(Numbers));

        string two = Numbered(2);
        late.Write(two[..10]);
        late.Flush();
        Assert.Null(reader.Next());
        late.Write(two[10..] + Numbered(3));
        late.Flush();
        _writer.Append(Numbered(4));
        var byOne = new JobEventLogOptions { MaxBatchEvents = 1 };
        using LogReader? second = restarted ? new LogReader(_path, byOne, first[^1].Position) : null;
        var then = new List<JobEventBatch>();
        while ((second ?? reader).Next() is { } batch)
            then.Add(batch);
        Assert.Equal([2, 3, 4], then.SelectMany(Numbers));
        Assert.All(then, batch => Assert.Null(batch.Gap));
        Assert.All(
            then.Index(),
            one => Assert.Equal(
                then.Skip(one.Index + 1).SelectMany(Numbers), new JobEventLog(_path).Read(Kept(one.Item.Position)).SelectMany(Numbers)));
    }

    [Fact]
    public void Rotated_files_are_read_once_and_in_their_order()
    {
        JobEventPosition? position = null;
        var seen = new List<int>();
        for (int number = 0; number < 30; number++)
        {
            if (number % 4 == 0)
                _writer.Rotate();
            _writer.Append(Numbered(number));
            if (number % 7 == 0)
                Read();
        }

        Read();
        Assert.Equal(Enumerable.Range(0, 30), seen);

        void Read()
        {
            foreach (JobEventBatch batch in new JobEventLog(_path).Read(position))
            {
                Assert.Null(batch.Gap);
                seen.AddRange(Numbers(batch));
                position = batch.Position;
            }
        }
    }

    [Fact]
    public void A_file_that_was_rotated_away_unread_is_a_gap_that_is_said()
    {
        _writer.Rotate();
        _writer.Append(Numbered(0));
        JobEventPosition position = new JobEventLog(_path).Read().Last().Position;
        for (int number = 1; number < 10; number++)
        {
            _writer.Rotate();
            _writer.Append(Numbered(number));
        }

        JobEventBatch[] batches = [.. new JobEventLog(_path).Read(position)];
        Assert.NotNull(batches[0].Gap);
        Assert.Equal([6, 7, 8, 9], batches.SelectMany(Numbers));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_log_that_is_truncated_or_replaced_begins_again(bool truncated)
    {
        _writer.Append(Numbered(1) + Numbered(2));
        using var reader = new LogReader(_path, new JobEventLogOptions(), null);
        Assert.Equal([1, 2], Numbers(reader.Next()!));
        if (truncated)
            await File.WriteAllTextAsync(_path, "", TestContext.Current.CancellationToken);
        else
            File.Delete(_path);
        Assert.False(truncated && reader.Next() is { Gap: null });
        _writer.Append(Numbered(3) + Numbered(4) + Numbered(5));
        var seen = new List<int>();
        while (reader.Next() is { } batch)
            seen.AddRange(Numbers(batch));
        Assert.Equal([3, 4, 5], seen);
    }

    [Fact]
    public void What_was_appended_before_a_replacement_is_still_read()
    {
        _writer.Append(Numbered(1));
        using var reader = new LogReader(_path, new JobEventLogOptions(), null);
        Assert.Equal([1], Numbers(reader.Next()!));
        _writer.Append(Numbered(2));
        File.Move(_path, _path + ".elsewhere");
        _writer.Append(Numbered(3));
        Assert.Equal([2], Numbers(reader.Next()!));
        Assert.Equal([3], Numbers(reader.Next()!));
        Assert.Null(reader.Next());
    }

    [Fact]
    public void An_event_that_never_ended_is_delivered_as_cut_when_the_next_begins()
    {
        _writer.Append("005 (001.000.000) 2026-11-24 22:30:03 Job terminated.\n\t(1) Normal term" + "\n" + Numbered(2));
        JobEvent[] events = [.. new JobEventLog(_path).Read().SelectMany(batch => batch.Events)];
        Assert.True(events[0].IsCut);
        Assert.Equal(5, events[0].Number);
        Assert.False(events[1].IsCut);
        Assert.Equal(2, events[1].Job.Cluster);
    }

    [Fact]
    public void Hostile_logs_cost_bounded_memory_and_hide_nothing()
    {
        string longLine = new('x', 1024 * 1024);
        _writer.Append(LogWriter.Event(12, 1, 0, "Job was held.", longLine, "Code 1 Subcode 0"));
        _writer.Append("\0\0\0\n...\n");
        _writer.Append($"{longLine}\n...\n");
        _writer.Append("...\n...\n\n\n...\n");
        _writer.Append(Numbered(2));
        _writer.Append(string.Concat(Enumerable.Repeat(longLine + "\n", 20)));
        JobEventBatch[] batches = [.. new JobEventLog(_path, new JobEventLogOptions { MaxEventBytes = 4096 }).Read()];
        JobEvent[] events = [.. batches.SelectMany(batch => batch.Events)];
        Assert.Equal([12, -1, -1, 5], events.Select(one => one.Number));
        Assert.True(events[0].IsCut);
        Assert.Equal(1, events[0].Job.Cluster);
        Assert.True(events[0].Body.Sum(line => line.Length) <= 4096);
        Assert.Equal(2, events[3].Job.Cluster);
    }

    [Fact]
    public async Task A_follower_sees_the_log_appear_and_grow()
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Directory.Delete(Path.GetDirectoryName(_path)!);
        await using IAsyncEnumerator<JobEventBatch> batches = new JobEventLog(
            _path, new JobEventLogOptions { PollInterval = TimeSpan.FromMilliseconds(50) })
            .FollowAsync(null, ended.Token).GetAsyncEnumerator(ended.Token);
        ValueTask<bool> next = batches.MoveNextAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        for (int number = 1; number < 5; number++)
        {
            _writer.Append(Numbered(number));
            Assert.True(await Eventually.EndAsync(next.AsTask(), "the follower sees it"));
            Assert.Equal([number], Numbers(batches.Current));
            next = batches.MoveNextAsync();
        }

        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public async Task The_operating_system_says_that_it_changed()
    {
        // An hour: only inotify can end the wait.
        var log = new JobEventLog(_path, new JobEventLogOptions { PollInterval = TimeSpan.FromHours(1) });
        _writer.Append(Numbered(0));
        await using IAsyncEnumerator<JobEventBatch> batches =
            log.FollowAsync(null, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await batches.MoveNextAsync());
        ValueTask<bool> next = batches.MoveNextAsync();
        _writer.Append(Numbered(1));
        Assert.True(await Eventually.EndAsync(next.AsTask(), "the follower wakes"));
        Assert.Equal([1], Numbers(batches.Current));
    }

    private static JobEventPosition Kept(JobEventPosition position)
    {
        Assert.True(JobEventPosition.TryParse(position.ToString(), out JobEventPosition? kept));
        return kept;
    }

    private static string Numbered(int number) =>
        LogWriter.Event(5, number, 0, "Job terminated.", "(1) Normal termination (return value 0)");

    private static IEnumerable<int> Numbers(JobEventBatch batch) =>
        batch.Events.Where(one => one.Number == 5).Select(one => one.Job.Cluster);
}
