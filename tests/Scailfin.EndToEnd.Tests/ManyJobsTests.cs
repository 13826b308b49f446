namespace Scailfin.EndToEnd.Tests;

public sealed class ManyJobsTests
{
    private const int Jobs = 300;

    [Fact]
    public async Task Three_hundred_short_jobs_finish_each_with_its_own_line()
    {
        _ = PublishedProgram.Path;
        await using var folder = new ServiceFolder(inFlight: 8);
        await using ServiceProcess service = await ServiceProcess.StartAsync(folder);
        string workspace = folder.Workspace("w");
        string[] ids = new string[Jobs];
        await Parallel.ForEachAsync(Enumerable.Range(0, Jobs), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
            ids[number] = await service.SubmitAsync(workspace, $"echo {number}"));
        await service.AllEndedAsync();
        Assert.All(await service.ListAsync(), job => Assert.Equal("finished", job.Status));
        for (int number = 0; number < Jobs; number++)
            Assert.Equal(
                $"{number}\n", await service.Http.GetStringAsync($"/jobs/{ids[number]}/logs", TestContext.Current.CancellationToken));
    }
}
