using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.Lifecycle;
using Scailfin.JobController.Access;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Access;

/// <summary>What one user may have in the service, and ask of it.</summary>
public sealed class UserLimitTests
{
    private static readonly Caller Ada = new("ada", IsAdministrator: false);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_user_at_his_limit_of_jobs_gets_429_with_Retry_After_and_the_others_and_the_administrator_go_on()
    {
        await using Edge edge = await Edge.StartAsync(
            backend: new() { AutoRun = false },
            requests: settings => settings with { Users = new UserSettings { Limits = new UserLimits { LiveJobs = 1 } } });
        using HttpClient ada = await edge.UserAsync("ada"), bob = await edge.UserAsync("bob");
        await edge.SubmitAsync(ada);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs")
        {
            Content = new StringContent(edge.Request(""), System.Text.Encoding.UTF8, "application/json"),
        };
        using HttpResponseMessage refusal = await ada.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((429, 30), ((int)refusal.StatusCode, refusal.Headers.RetryAfter?.Delta?.TotalSeconds));
        Assert.Contains(
            "User 'ada' has 1 jobs that have not ended, and may have 1",
            await refusal.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        await edge.SubmitAsync(bob);
        await edge.SubmitAsync();
        await edge.SubmitAsync();
    }

    [Fact]
    public async Task A_user_may_send_ten_seconds_worth_of_requests_at_once_and_then_his_average()
    {
        var traffic = new UserTraffic(perSecond: 2, atOnce: 100, _time);
        for (int index = 0; index < 20; index++)
            Assert.Equal(200, await SendAsync(traffic, Ada));
        Assert.Equal(429, await SendAsync(traffic, Ada));
        Assert.Equal(200, await SendAsync(traffic, Ada with { User = "bob" }));
        Assert.Equal(200, await SendAsync(traffic, Ada with { IsAdministrator = true }));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((200, 200, 429), (await SendAsync(traffic, Ada), await SendAsync(traffic, Ada), await SendAsync(traffic, Ada)));
    }

    [Fact]
    public async Task A_user_whose_requests_are_being_answered_gets_no_more_than_so_many_at_once()
    {
        var traffic = new UserTraffic(perSecond: 100, atOnce: 2, _time);
        var slow = new TaskCompletionSource();
        Task<int> first = SendAsync(traffic, Ada, slow.Task), second = SendAsync(traffic, Ada, slow.Task);
        Assert.Equal((429, 200), (await SendAsync(traffic, Ada), await SendAsync(traffic, Ada with { User = "bob" })));
        slow.SetResult();
        Assert.Equal((200, 200, 200), (await first, await second, await SendAsync(traffic, Ada)));
    }

    [Fact]
    public void A_sidecar_has_no_such_limits_and_says_so_when_one_is_set()
    {
        Assert.NotNull(TestSettings.Standalone().Requests.Users);
        Assert.Null(TestSettings.Sidecar().Requests.Users);
        Assert.Contains(
            "SCAILFIN_USER_JOBS is set, and has no effect: a sidecar has one user",
            TestSettings.Report(ServiceMode.Sidecar, "SCAILFIN_USER_JOBS=1").Settings.Notes);
    }

    private static async Task<int> SendAsync(UserTraffic traffic, Caller caller, Task? answer = null)
    {
        var context = new DefaultHttpContext();
        await traffic.SendAsync(context, caller, _ => answer ?? Task.CompletedTask);
        return context.Response.StatusCode;
    }
}
