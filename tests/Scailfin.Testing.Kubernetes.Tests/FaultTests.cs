using System.Net.Sockets;
using System.Text.Json;
using Scailfin.Testing.Kubernetes.Access;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Faults;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Tests;

public sealed class FaultTests
{
    [Fact]
    public async Task A_create_whose_answer_is_lost_was_stored_all_the_same()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        server.Faults.LoseAnswer(request => request.Verb == "create");
        await Assert.ThrowsAsync<HttpRequestException>(() => client.CreateJobAsync(TestJobs.Named("lost")));
        ApiReply again = await client.SendAsync(HttpMethod.Post, ApiClient.Jobs, TestJobs.Named("lost"));
        Assert.Equal((409, "AlreadyExists"), (again.Status, again.Reason));
        Assert.Single(server.Store.List(ResourceType.Jobs));
    }

    [Fact]
    public async Task A_request_that_is_lost_changed_nothing()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        server.Faults.LoseRequest(request => request.Verb == "create");
        await Assert.ThrowsAsync<HttpRequestException>(() => client.CreateJobAsync(TestJobs.Named("lost")));
        Assert.Empty(server.Store.List(ResourceType.Jobs));
        await client.CreateJobAsync(TestJobs.Named("lost"));
    }

    [Fact]
    public async Task Flow_control_refuses_as_often_as_it_was_told_to()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        server.Faults.Throttle(_ => true, times: 2);
        var statuses = new List<int>();
        for (int turn = 0; turn < 3; turn++)
            statuses.Add((await client.GetAsync(ApiClient.Jobs)).Status);
        Assert.Equal([429, 429, 200], statuses);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public async Task A_watch_is_cut_after_as_many_events_as_was_asked(int events)
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync(new ApiServerOptions { RunsControllers = false });
        using var client = new ApiClient(server);
        server.Faults.Spoil(_ => true, new WatchFault { CutAfter = events });
        using LineStream watch = await client.StreamAsync(ApiClient.Jobs + "?watch=true");
        foreach (string name in (string[])["a", "b", "c"])
            await client.CreateJobAsync(TestJobs.Named(name));
        for (int read = 0; read < events; read++)
            Assert.Equal("ADDED", (await watch.EventAsync())!.Type);
        await Assert.ThrowsAnyAsync<IOException>(watch.EventAsync);
    }

    [Fact]
    public async Task Half_a_line_is_sent_before_the_reset()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync(new ApiServerOptions { RunsControllers = false });
        using var client = new ApiClient(server);
        server.Faults.Spoil(_ => true, new WatchFault { HalfLineAfter = 0 });
        using LineStream watch = await client.StreamAsync(ApiClient.Jobs + "?watch=true");
        await client.CreateJobAsync(TestJobs.Named("a"));
        Exception end = await Assert.ThrowsAnyAsync<Exception>(watch.EventAsync);
        Assert.True(end is IOException or JsonException, end.ToString());
    }

    [Fact]
    public async Task Doubled_events_come_twice_and_reordered_ones_all_come()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync(new ApiServerOptions { RunsControllers = false });
        using var client = new ApiClient(server);
        server.Faults.Spoil(_ => true, new WatchFault { Doubled = true });
        server.Faults.Spoil(_ => true, new WatchFault { ReorderWindow = 4, Seed = 3 });
        using LineStream doubled = await client.StreamAsync(ApiClient.Jobs + "?watch=true");
        string[] names = ["a", "b", "c", "d"];
        foreach (string name in names)
            await client.CreateJobAsync(TestJobs.Named(name));

        // All of them are there: which come too late to be reordered is no matter of the machine's speed.
        using LineStream reordered = await client.StreamAsync(ApiClient.Jobs + "?watch=true");
        Assert.Equal("aabbccdd", string.Concat(await NamesAsync(doubled, 8)));
        string order = string.Concat(await NamesAsync(reordered, 4));
        Assert.Equal("abcd", string.Concat(order.Order()));
        Assert.NotEqual("abcd", order);
    }

    [Fact]
    public async Task While_the_api_is_away_connections_are_refused_and_after_it_nothing_is_forgotten()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        await client.CreateJobAsync(TestJobs.Named("before"));
        using LineStream watch = await client.StreamAsync(ApiClient.Jobs + "?watch=true");
        await watch.EventAsync();
        Uri address = server.Url;
        await server.GoAwayAsync();
        await Assert.ThrowsAnyAsync<Exception>(watch.AllAsync);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(ApiClient.Jobs));
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.InnerException).SocketErrorCode);
        await server.ComeBackAsync();
        Assert.Equal(address, server.Url);
        Assert.Single((await client.GetAsync(ApiClient.Jobs)).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task While_the_api_hangs_nothing_is_answered_and_then_all_is()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        server.Faults.Hang();
        Task<ApiReply> waiting = client.GetAsync(ApiClient.Jobs);
        await Eventually.TrueAsync(() => server.Requests.Count("list", "jobs") == 1, "the request arrived");
        Assert.False(waiting.IsCompleted);
        server.Faults.Heal();
        Assert.Equal(200, (await waiting).Status);
    }

    [Fact]
    public async Task A_token_that_was_rotated_is_no_token_any_more()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        string old = server.Access.Grant("default", "runner", null);
        string fresh = server.Access.Rotate(old);
        using var before = new ApiClient(server, old);
        using var after = new ApiClient(server, fresh);
        Assert.Equal(401, (await before.GetAsync(ApiClient.Jobs)).Status);
        Assert.Equal(200, (await after.GetAsync(ApiClient.Jobs)).Status);
    }

    [Fact]
    public async Task A_role_grants_what_it_says_in_its_own_namespace_and_no_more()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        var role = new Role([new RoleRule(["batch"], ["jobs"], ["get", "list"]), new RoleRule([""], ["pods"], ["*"])]);
        using var client = new ApiClient(server, server.Access.Grant("default", "runner", role));
        Assert.Equal(200, (await client.GetAsync(ApiClient.Jobs)).Status);
        Assert.Equal(200, (await client.GetAsync(ApiClient.Pods)).Status);
        Assert.Equal(403, (await client.GetAsync(ApiClient.Jobs + "?watch=true")).Status);
        Assert.Equal(403, (await client.GetAsync(ApiClient.Pods + "/x/log")).Status);
        Assert.Equal(403, (await client.GetAsync("/apis/batch/v1/namespaces/other/jobs")).Status);
        Assert.Equal(403, (await client.GetAsync("/apis/batch/v1/jobs")).Status);
    }

    [Fact]
    public async Task A_followed_log_sends_whole_lines_and_ends_with_its_container()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        using var client = new ApiClient(server);
        server.Lives.Are(PodLife.RunsForever("one\nhalf").OnSignal(143, output: " a line\nbye\n"));
        await client.CreateJobAsync(TestJobs.Named("logs"));
        await server.SettledAsync();
        StoredObject pod = Assert.Single(server.Store.List(ResourceType.Pods));
        using LineStream log = await client.StreamAsync($"{ApiClient.Pods}/{pod.Name}/log?container=job&follow=true");
        Assert.Equal("one", await log.LineAsync());
        await client.DeleteJobAsync("logs");
        Assert.Equal("half a line", await log.LineAsync());
        Assert.Equal("bye", await log.LineAsync());
        Assert.Null(await log.LineAsync());
    }

    private static async Task<List<string>> NamesAsync(LineStream watch, int count)
    {
        var names = new List<string>();
        while (names.Count < count)
            names.Add((await watch.EventAsync())!.Name);
        return names;
    }
}
