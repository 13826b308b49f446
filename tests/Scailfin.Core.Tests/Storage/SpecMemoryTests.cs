using System.Security.Cryptography;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Storage;

/// <summary>Long texts in memory, compressed, within a bound.</summary>
public sealed class SpecMemoryTests
{
    private const int Room = 64 << 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_are_compressed_and_read_back_whole()
    {
        using var memory = new SpecMemory();
        JobSpec spec = Specs.Valid() with { Command = new string('é', 1_000_000), Environment = [new("A", "1")] };
        JobSpec kept = await memory.KeepAsync(JobId.New(), spec, Cancellation);
        Assert.InRange(memory.Used, 1, 50_000);
        Assert.Equal((spec.Command, spec.TextsLength), (kept.Command, kept.TextsLength));
        Assert.Equal(spec.Environment, kept.Environment);
        memory.Remove(kept);
        Assert.Equal(0, memory.Used);
    }

    [Fact]
    public async Task A_new_job_waits_for_room_until_a_live_one_is_settled()
    {
        using var memory = new SpecMemory(Room);
        JobSpec first = await memory.KeepAsync(JobId.New(), Incompressible(Room / 2), Cancellation);
        Task<JobSpec> second = memory.KeepAsync(JobId.New(), Incompressible(Room / 2), Cancellation);
        Assert.False(second.IsCompleted);
        first.Kept!.Settle();
        JobSpec kept = await Eventually.EndAsync(second, "the second job has room");
        Assert.InRange(memory.Used, 1, Room);
        Assert.NotNull(kept.Kept);
    }

    [Fact]
    public async Task A_wait_for_room_ends_with_its_caller()
    {
        using var memory = new SpecMemory(Room);
        await memory.KeepAsync(JobId.New(), Incompressible(Room / 2), Cancellation);
        using var caller = new CancellationTokenSource();
        Task<JobSpec> waiting = memory.KeepAsync(JobId.New(), Incompressible(Room / 2), caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Commands_of_settled_jobs_give_way_to_new_ones_the_oldest_first_and_say_so()
    {
        using var memory = new SpecMemory(Room);
        var specs = new List<JobSpec>();
        for (int index = 0; index < 4; index++)
        {
            specs.Add(await memory.KeepAsync(JobId.New(), Incompressible(Room / 5), Cancellation));
            specs[^1].Kept!.Settle();
        }

        Assert.EndsWith($"[of {Room / 5 * 2} bytes, no more are kept in memory]", specs[0].Command, StringComparison.Ordinal);
        Assert.Equal(Room / 5 * 2, specs[3].Command.Length);
        Assert.InRange(memory.Used, 1, Room);
    }

    /// <summary>Hexadecimal digits of random bytes: compressed, they take about that many bytes.</summary>
    private static JobSpec Incompressible(int bytes) =>
        Specs.Valid() with { Command = Convert.ToHexString(RandomNumberGenerator.GetBytes(bytes)), Environment = [] };
}
