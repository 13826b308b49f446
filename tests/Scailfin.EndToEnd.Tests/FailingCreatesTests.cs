using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Faults;
using Scailfin.Testing.Kubernetes.Http;

namespace Scailfin.EndToEnd.Tests;

/// <summary>
/// A cluster that takes none of one user's Jobs, for 30 s or SCAILFIN_TEST_SOAK_SECONDS: what that costs it, and the other user.
/// </summary>
public sealed class FailingCreatesTests
{
    private const int FailingJobs = 200;

    /// <summary>What the two users' images are called: the fault knows a user's Jobs by that.</summary>
    private const string Failing = "anna";

    private const string Other = "bert";
    private const double MostTriesPerSecond = 2;

    /// <summary>Nobody posts without a pause; the fault, not the load, is what may slow the other user down.</summary>
    private static readonly TimeSpan PauseOfOther = TimeSpan.FromMilliseconds(100);

    private static readonly Dictionary<string, Action<ApiFaults, Func<ApiRequest, bool>>> Kinds = new(StringComparer.Ordinal)
    {
        ["500"] = (faults, which) =>
            faults.Refuse(which, new ApiFailure(500, "InternalError", "etcdserver: request timed out"), int.MaxValue),
        ["504"] = (faults, which) => faults.Refuse(which, new ApiFailure(504, "Timeout", "request did not complete"), int.MaxValue),
        ["429"] = (faults, which) => faults.Throttle(which, int.MaxValue),
        ["cut"] = (faults, which) => faults.LoseRequest(which, int.MaxValue),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Creates_that_fail_for_one_user_are_tried_seldom_and_told_and_in_the_end_succeed()
    {
        string[] lines = await Task.WhenAll(Kinds.Select(kind => RunAsync(kind.Key, kind.Value)));
        TestContext.Current.TestOutputHelper!.WriteLine(
            "| answer to the creates of 200 jobs | requests a second for them | /readyz says so after, s "
                + "| another user's POST to create, p95 ms: before | beside |\n| --- | --- | --- | --- | --- |\n"
                + string.Join('\n', lines));
    }

    private static async Task<string> RunAsync(string kind, Action<ApiFaults, Func<ApiRequest, bool>> fault)
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        await using var folder = ServiceFolder.OfKubernetes(server.Kubeconfig());
        await using ServiceProcess service = await ServiceProcess.StartAsync(folder);
        using User anna = await User.CreateAsync(service, folder, Failing);
        using User bert = await User.CreateAsync(service, folder, Other);
        double before = await LatencyAsync(server, bert, folder.Workspace("w", Other), SoakTime.Length / 3);

        string well = await StateAsync(service);
        fault(server.Faults, IsCreateOf(Failing));
        long begun = TimeProvider.System.GetTimestamp();
        Task<TimeSpan> told = ToldAsync(service, well, begun);
        for (int i = 0; i < FailingJobs; i++)
            await anna.SubmitAsync(folder.Workspace("w", Failing), "true", Failing);
        TimeSpan left = SoakTime.Length - TimeProvider.System.GetElapsedTime(begun);
        double beside = await LatencyAsync(server, bert, folder.Workspace("w", Other), left);
        TimeSpan said = await Eventually.EndAsync(told, "/readyz tells of it");
        double seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        int tries = server.Requests.All.Count(IsCreateOf(Failing));

        // Where a try is in doubt, the Job is looked for afterwards.
        int looks = server.Requests.All.Count(request => request.Arrived > begun && request is { Verb: "get", Resource: "jobs" });
        Assert.InRange(tries + looks, 1, MostTriesPerSecond * seconds);
        server.Faults.Heal();
        await anna.AllEndedAsync();
        await bert.AllEndedAsync();
        Assert.Null(server.Failure);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {kind} | {(tries + looks) / seconds:0.00} | {said.TotalSeconds:0.0} | {before:0.0} | {beside:0.0} |");
    }

    private static Func<ApiRequest, bool> IsCreateOf(string image) =>
        request => request is { Verb: "create", Resource: "jobs" } && request.Body.Contains($"\"{image}\"", StringComparison.Ordinal);

    /// <summary>Of one job after the other for that long: from the client's POST to the create at the cluster, p95 in ms.</summary>
    private static async Task<double> LatencyAsync(KubernetesApiServer server, User user, string workspace, TimeSpan length)
    {
        List<double> latencies = [];
        long begun = TimeProvider.System.GetTimestamp();
        do
        {
            long posted = TimeProvider.System.GetTimestamp();
            string id = await user.SubmitAsync(workspace, "true", Other);
            ApiRequest create = await Eventually.ValueAsync(
                () => Task.FromResult(server.Requests.All.FirstOrDefault(request =>
                    request.Arrived >= posted && IsCreateOf(Other)(request) && request.Body.Contains(id, StringComparison.Ordinal))),
                "the job is created");
            latencies.Add(TimeProvider.System.GetElapsedTime(posted, create.Arrived).TotalMilliseconds);
            await Task.Delay(PauseOfOther, TimeProvider.System, Cancellation);
        }
        while (TimeProvider.System.GetElapsedTime(begun) < length);
        return latencies.Order().ElementAt(latencies.Count * 95 / 100);
    }

    /// <summary>After how long an operator reads in /readyz that something is wrong.</summary>
    private static async Task<TimeSpan> ToldAsync(ServiceProcess service, string well, long begun)
    {
        await Eventually.TrueAsync(async () => await StateAsync(service) != well, "/readyz tells of it");
        return TimeProvider.System.GetElapsedTime(begun);
    }

    private static async Task<string> StateAsync(ServiceProcess service) =>
        (await service.GetAsync("/readyz")).Body.GetProperty("backends").GetProperty("kubernetes").GetString()!;

    private sealed class User(HttpClient http) : ServiceClient(http), IDisposable
    {
        public static async Task<User> CreateAsync(ServiceProcess service, ServiceFolder folder, string name)
        {
            var start = new ProcessStartInfo(PublishedProgram.Path, ["tokens", "create", name])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            };
            foreach ((string variable, string value) in folder.Variables())
                start.Environment[variable] = value;
            using Process program = Process.Start(start)!;
            string token = (await program.StandardOutput.ReadToEndAsync(Cancellation)).Trim();
            var http = new HttpClient { BaseAddress = service.Http.BaseAddress };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return new User(http);
        }

        public void Dispose() => Http.Dispose();
    }
}
