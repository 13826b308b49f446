using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.JobManagers;
using Scailfin.JobController.Health;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Health;

/// <summary>What probes and people are told about the service.</summary>
public sealed class ReadinessTests
{
    [Fact]
    public async Task A_standalone_service_says_how_its_backends_and_its_store_are()
    {
        await using Edge edge = await Edge.StartAsync();
        Assert.Equal(
            "{\"backends\":{\"kubernetes\":\"well\"},\"message\":\"ready\",\"store\":\"well\"}\n", (await edge.GetAsync("/readyz")).Text);
    }

    [Fact]
    public async Task Who_has_no_token_learns_only_whether_the_service_is_ready()
    {
        await using Edge edge = await Edge.StartAsync();
        using HttpClient nobody = edge.As(null);
        Assert.Equal("{\"message\":\"ready\"}\n", (await Edge.SendAsync(nobody, "GET", "/readyz")).Text);
        using HttpClient stranger = edge.As("wrong");
        Assert.Equal("{\"message\":\"ready\"}\n", (await Edge.SendAsync(stranger, "GET", "/readyz")).Text);
    }

    [Fact]
    public async Task A_backend_that_is_away_is_named_and_the_service_is_ready_all_the_same()
    {
        await using Edge edge = await Edge.StartAsync();
        edge.Backend.IsAway = true;
        await edge.PostAsync(edge.Request());
        Answer answer = await edge.GetAsync("/readyz");
        Assert.Equal((200, "ready"), (answer.Status, answer.Message));
        Assert.NotEqual("well", answer.Json.GetProperty("backends").GetProperty("kubernetes").GetString());
    }

    [Fact]
    public async Task A_sidecar_says_only_that_it_is_ready()
    {
        await using Edge edge = await Edge.StartAsync(settings => settings with { Mode = ServiceMode.Sidecar });
        Assert.Equal("{\"message\":\"ready\"}\n", (await edge.GetAsync("/readyz")).Text);
    }

    [Fact]
    public async Task A_backend_is_asked_once_in_five_seconds()
    {
        var time = new FakeTimeProvider();
        var backend = new Asked { Answer = () => Task.FromResult<string?>("its disk is full") };
        var check = new CachedCheck(backend, time);
        Assert.Equal("its disk is full", await check.AskAsync());
        time.Advance(TimeSpan.FromSeconds(4.9));
        backend.Answer = () => Task.FromResult<string?>(null);
        Assert.Equal("its disk is full", await check.AskAsync());
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Null(await check.AskAsync());
        Assert.Equal(2, backend.Times);
    }

    [Fact]
    public async Task A_backend_that_does_not_answer_is_not_waited_for()
    {
        var time = new FakeTimeProvider();
        var never = new TaskCompletionSource<string?>();
        Task<string?> answer = new CachedCheck(new Asked { Answer = () => never.Task }, time).AskAsync();
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("It does not answer within 2 s.", await answer);
    }

    [Fact]
    public async Task A_check_that_fails_says_why()
    {
        var check = new CachedCheck(
            new Asked { Answer = () => throw new JobManagerUnavailableException("no route to host") }, TimeProvider.System);
        Assert.Equal("no route to host", await check.AskAsync());
    }

    private sealed class Asked : IChecksHealth
    {
        public required Func<Task<string?>> Answer { get; set; }

        public int Times { get; private set; }

        public Task<string?> CheckHealthAsync(CancellationToken cancellationToken)
        {
            Times++;
            return Answer();
        }
    }
}
