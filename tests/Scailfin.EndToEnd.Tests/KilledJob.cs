namespace Scailfin.EndToEnd.Tests;

/// <summary>What is known of a job whose service was killed, beside what the next service says.</summary>
/// <param name="Number">In its plan.</param>
/// <param name="Allowed">The statuses that it may end with.</param>
/// <param name="Answered">Whether a client was told of it.</param>
/// <param name="Begun">How often its step began.</param>
/// <param name="Output">The file that it leaves where it finishes; null where there is none to look at.</param>
internal sealed record KilledJob(int Number, IReadOnlyList<string> Allowed, bool Answered, int Begun, string? Output)
{
    /// <summary>The log of the service, where a failure should show it.</summary>
    public Func<Task<string>> Log { get; init; } = () => Task.FromResult("");

    public async Task CheckAsync(ServiceClient service, JobSeen seen)
    {
        string what =
            $"job {Number} ({(Answered ? "answered" : "not answered")}) is {seen.Status}, begun {Begun} times: "
                + $"{(await service.GetAsync($"/jobs/{seen.Id}/explain")).Body} {await Log()}";
        Assert.True(Begun <= 1, what);

        // Of a job that nobody was told of no more is promised than that it ends, and that it does not run twice.
        if (!Answered)
            return;
        Assert.True(Allowed.Contains(seen.Status), what);
        Assert.True(Begun == 1 || seen.Status == "stopped", what);
        if (seen.Status == "finished" && Output is not null)
            Assert.True(File.Exists(Output), what);
        if (seen.Status == "failed")
            Assert.Contains($"last words {Number}", await service.Http.GetStringAsync($"/jobs/{seen.Id}/logs"), StringComparison.Ordinal);
    }
}
