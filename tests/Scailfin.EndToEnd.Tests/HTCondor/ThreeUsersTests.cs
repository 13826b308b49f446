using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.HTCondor;

/// <summary>
/// Three users share one backend of root's service, and one of them does everything wrong at once, for 30 s or SCAILFIN_TEST_SOAK_SECONDS.
/// </summary>
public sealed class ThreeUsersTests
{
    private const string Wrong = "carol";
    private static readonly string[] Good = ["alice", "bob"];

    /// <summary>Nobody posts without a pause; what the third user does, not the load, is what may slow the others down.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan PauseOfWrong = TimeSpan.FromSeconds(2);

    /// <summary>Each in a workspace of its own: a command before the job is posted, the step, and a command once it was posted.</summary>
    private static readonly (string Before, string Step, string After)[] Wrongs =
    [
        ("chmod 555 .", "true", ":"),
        ("echo secret >unreadable; chmod 000 unreadable", "true", ":"),
        ("ln -s loop loop; mkdir -p $(printf 'caf\\351'); ln -s / root; mkfifo pipe", "true", ":"),
        ("head -c 20000000 /dev/zero >large", "true", ":"),
        (":", "sleep 60", "rm -rf \"$PWD\""),
        (":", "sleep 60", "condor_hold -all"),
        (":", "sleep 60", "condor_rm -all"),
        (":", "head -c 20000000 /dev/urandom; exit 3", ":"),
        (":", "true", "chmod 000 .scailfin/*/output* .scailfin/*"),
        (":", "true", "for at in .scailfin/*; do echo '{\"version\":0}' >$at/receipt.json; done"),
        (":", "mkdir -p a/b/c; ln -s /etc a/b/c/etc; touch $(printf 'x\\ny'); kill -9 $PPID", ":"),
        (":", "true", "chmod 000 ."),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_users_jobs_end_and_name_nothing_of_the_third_who_does_everything_wrong()
    {
        await using HpcContainer site = new()
        {
            Options = new HpcOptions
            {
                CondorConfiguration = "NUM_CPUS = 32\nMEMORY = 65536\nMAX_JOBS_PER_OWNER = 40\n",
                ReadOnlyMounts = [Path.GetDirectoryName(PublishedProgram.Path)!, PublishedProgram.CondorWorker],
            },
        };
        await site.StartPoolAsync();
        (await site.ExecAsync("root", "useradd", "--create-home", "--uid", "1003", "--user-group", Wrong)).OutputOfSuccess();
        SiteFolder folder = await SiteFolder.MakeAsync(site, "root", $$"""
            backends:
              pool: { kind: htcondor, user: "{owner}", staging: transfer, runtimes: [none], transport: native, poll_s: 1,
                      worker: "{{PublishedProgram.CondorWorker}}", memory_mb: 32, disk_mb: 1 }
            accounts: { "*": "{user}" }
            """);
        await using SiteService service = await SiteService.StartAsync(folder);
        User[] good = await Task.WhenAll(Good.Select(name => User.CreateAsync(service, folder, name)));
        using User wrong = await User.CreateAsync(service, folder, Wrong);

        double before = await WorkAsync(good, SoakTime.Length / 3);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<int> doing = DoWrongAsync(wrong, enough.Token);
        double beside = await WorkAsync(good, SoakTime.Length);
        await enough.CancelAsync();
        int wrongs = await doing;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"POST to submitted, p95 of two users: {before:0} ms, beside the third's {wrongs} wrong jobs {beside:0} ms"));
        foreach (User user in good)
        {
            await user.AllEndedAsync(() => folder.Picture);
            await AssertOwnAsync(user);
            user.Dispose();
        }
    }

    /// <summary>Both users post one job after the other for that long.</summary>
    /// <returns>From a POST to the moment at which the backend has the job, p95 in ms.</returns>
    private static async Task<double> WorkAsync(IReadOnlyList<User> users, TimeSpan length)
    {
        ConcurrentBag<double> latencies = [];
        await Task.WhenAll(users.Select(async user =>
        {
            long begun = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(begun) < length)
            {
                string id = await user.SubmitAsync(user.Workspace, "true");
                latencies.Add(await user.SubmittedAfterAsync(id));
                await Task.Delay(Pause, TimeProvider.System, Cancellation);
            }
        }));
        return latencies.Order().ElementAt(latencies.Count * 95 / 100);
    }

    private static async Task<int> DoWrongAsync(User user, CancellationToken enough)
    {
        int count = 0;
        await Task.WhenAll(Wrongs.Select(async wrong =>
        {
            while (!enough.IsCancellationRequested)
            {
                int number = Interlocked.Increment(ref count);
                string workspace = await user.NewWorkspaceAsync($"{number}");
                await user.ShellAsync(workspace, wrong.Before);
                (HttpStatusCode status, JsonElement body) = await user.PostAsync(ServiceClient.Request(workspace, wrong.Step));
                if (status == HttpStatusCode.Created && number % 3 == 0)
                    await user.SubmittedAfterAsync(body.GetProperty("job_id").GetString()!);
                await user.ShellAsync(workspace, wrong.After);
                await Task.Delay(PauseOfWrong, TimeProvider.System, Cancellation);
            }
        }));
        return count;
    }

    private static async Task AssertOwnAsync(User user)
    {
        IReadOnlyList<JobSeen> jobs = await user.ListAsync();
        Assert.NotEmpty(jobs);
        Assert.All(jobs, job => Assert.Equal("finished", job.Status));
        foreach (JobSeen job in jobs)
        {
            string said = (await user.GetAsync($"/jobs/{job.Id}/timeline")).Body + await user.Http.GetStringAsync($"/jobs/{job.Id}/logs");
            Assert.DoesNotContain(Wrong, said, StringComparison.Ordinal);
        }
    }

    /// <summary>A user of the site and of the service.</summary>
    private sealed class User(HttpClient http, SiteFolder folder, string name) : ServiceClient(http), IDisposable
    {
        private string Home => $"{folder.Root}/workspaces/{name}";

        public string Workspace => $"{Home}/0";

        public static async Task<User> CreateAsync(SiteService service, SiteFolder folder, string name)
        {
            string[] create = ["env", $"SCAILFIN_DATA={folder.Root}/data", PublishedProgram.Path, "tokens", "create", name];
            string token = (await folder.Site.ExecAsync(folder.User, create)).OutputOfSuccess();
            var http = new HttpClient { BaseAddress = service.Http.BaseAddress, Timeout = service.Http.Timeout };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
            var user = new User(http, folder, name);
            (await folder.Site.ExecAsync("root", "install", "-d", "-o", name, "-g", name, user.Home)).OutputOfSuccess();
            await user.NewWorkspaceAsync("0");
            return user;
        }

        public async Task<string> NewWorkspaceAsync(string number)
        {
            (await folder.Site.ExecAsync(name, "mkdir", $"{Home}/{number}")).OutputOfSuccess();
            return $"{Home}/{number}";
        }

        public Task ShellAsync(string workspace, string command) =>
            folder.Site.ExecAsync(name, "sh", "-c", $"cd {workspace}; {command}");

        /// <summary>From the job's acceptance to its submission, in ms, as its timeline has it; NaN where it ended before.</summary>
        public async Task<double> SubmittedAfterAsync(string id)
        {
            double after = double.NaN;
            await Eventually.TrueAsync(
                async () =>
                {
                    JsonElement[] entries =
                        [.. (await GetAsync($"/jobs/{id}/timeline")).Body.GetProperty("entries").EnumerateArray()];
                    if (TimeOf(entries, "accepted") is { } accepted && TimeOf(entries, "submitted") is { } submitted)
                        after = (submitted - accepted).TotalMilliseconds;
                    return !double.IsNaN(after) || await StatusAsync(id) is "finished" or "failed" or "stopped";
                },
                $"job {id} is submitted",
                () => folder.Picture);
            return after;
        }

        public void Dispose() => Http.Dispose();

        private static DateTimeOffset? TimeOf(IEnumerable<JsonElement> entries, string kind) => entries
            .Where(entry => entry.GetProperty("event").GetString() == kind)
            .Select(entry => (DateTimeOffset?)entry.GetProperty("at").GetDateTimeOffset())
            .FirstOrDefault();
    }
}
