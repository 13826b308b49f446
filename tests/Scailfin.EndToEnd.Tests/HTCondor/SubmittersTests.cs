using System.Net;
using System.Text;
using System.Text.Json;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.HTCondor;

/// <summary>Whose the jobs of the published program are at the schedd.</summary>
public sealed class SubmittersTests(SubmittersTests.Realm realm) : IClassFixture<SubmittersTests.Realm>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Started as root it becomes each user; the schedd is found by its name, and by its address.</summary>
    [Fact]
    public async Task A_service_of_root_submits_as_each_user_and_never_as_root()
    {
        HpcContainer site = await realm.StartAsync();
        string address = (await site.ExecAsync("root", "condor_status", "-schedd", "-af", "MyAddress")).OutputOfSuccess().Trim();
        string image = (await site.ExecAsync("root", ["sh", "-ec", ImageWithBash], "")).OutputOfSuccess().Trim();
        SiteFolder folder = await SiteFolder.MakeAsync(site, "root", $$"""
            backends:
              named: { kind: htcondor, schedd: reana@hpc, pool: 127.0.0.1, user: "{owner}", {{Usual}} }
              addressed: { kind: htcondor, address: "{{address}}", user: "{owner}", {{Usual}} }
              contained: { kind: htcondor, universe: container, image_directory: /var/lib/scailfin-images, user: "{owner}", {{Usual}} }
            accounts: { alice: alice, bob: bob }
            """);
        foreach (string user in Users)
            (await site.ExecAsync("root", "install", "-d", "-o", user, "-g", user, WorkspaceOf(folder, user))).OutputOfSuccess();
        Dictionary<string, string> tokens = await TokensAsync(folder);
        await using SiteService service = await SiteService.StartAsync(folder);

        var jobs = new List<(string User, string Id, string Output)>();
        foreach (string user in Users)
        {
            foreach (string backend in (string[])["named", "addressed", "contained"])
            {
                string output = $"{WorkspaceOf(folder, user)}/{backend}";
                jobs.Add((
                    user,
                    await SubmitAsync(
                        service,
                        tokens[user],
                        WorkspaceOf(folder, user),
                        backend,
                        $"id -u >{backend}; cat /only-inside >>{backend} 2>/dev/null || true",
                        backend == "contained" ? image : ""),
                    output));
            }
        }

        foreach ((string user, string workspace, string reason) in ((string, string, string)[])
            [
                ("alice", folder.Workspace, "belongs to root, but 'alice' submits the job"),
                ("alice", WorkspaceOf(folder, "bob"), "is not a workspace of user 'alice'"),
                (Stranger, WorkspaceOf(folder, Stranger), $"User '{Stranger}' cannot submit jobs to HTCondor: no account is known"),
            ])
        {
            (HttpStatusCode refused, string said) = await PostAsync(service, tokens[user], workspace, "named", "true");
            Assert.NotEqual(HttpStatusCode.Created, refused);
            Assert.Contains(reason, said, StringComparison.Ordinal);
        }

        foreach ((string user, string id, string output) in jobs)
        {
            await FinishAsync(service, folder, id);
            string uid = user == "alice" ? "1001" : "1002";
            Assert.Equal(
                uid + (output.EndsWith("contained", StringComparison.Ordinal) ? "\nhere\n" : "\n"),
                await File.ReadAllTextAsync(output, Cancellation));
            Assert.Equal(user, (await site.ExecAsync("root", "stat", "-c", "%U", output)).OutputOfSuccess().Trim());
        }

        Dictionary<string, string> owners = await OwnersAsync(site);
        Assert.All(jobs, job => Assert.Equal(job.User, owners[job.Id]));
        Assert.DoesNotContain("root", owners.Values);
    }

    /// <summary>An ordinary user's service speaks for others by their tokens, and for him whose keytab it has.</summary>
    [Fact]
    public async Task A_token_and_a_keytab_say_whose_a_job_is()
    {
        HpcContainer site = await realm.StartAsync();
        SiteFolder folder = await SiteFolder.MakeAsync(site, "alice", "");
        foreach (string user in Users)
        {
            string token = (await site.ExecAsync("root", "condor_token_create", "-identity", $"{user}@pool.test")).OutputOfSuccess();
            (await site.ExecAsync(
                "alice", ["sh", "-ec", "umask 077; mkdir -p \"$1\"; cat >\"$1/token\"", "sh", $"{folder.Root}/tokens/{user}"], token))
                .OutputOfSuccess();
        }

        (await site.ExecAsync("root", "install", "-o", "alice", "-m", "600", "/home/bob/user.keytab", $"{folder.Root}/bob.keytab"))
            .OutputOfSuccess();
        await File.WriteAllTextAsync(folder.Backends, $$"""
            backends:
              tokens: { kind: htcondor, user: "{owner}", token_directory: "{{folder.Root}}/tokens/{user}", spool: "true", {{Usual}} }
              ticket: { kind: htcondor, kerberos_keytab: "{{folder.Root}}/bob.keytab", kerberos_principal: "bob@POOL.TEST", spool: "true",
                        {{Usual}} }
            """, Cancellation);
        Dictionary<string, string> tokens = await TokensAsync(folder);
        await using SiteService service = await SiteService.StartAsync(folder);
        string[] ids =
        [
            await SubmitAsync(service, tokens["alice"], folder.Workspace, "tokens", "id -un >alice", ""),
            await SubmitAsync(service, tokens["bob"], folder.Workspace, "tokens", "id -un >bob", ""),
            await SubmitAsync(service, tokens["alice"], folder.Workspace, "ticket", "id -un >ticket", ""),
        ];
        foreach (string id in ids)
            await FinishAsync(service, folder, id);
        Dictionary<string, string> owners = await OwnersAsync(site);
        Assert.Equal(["alice", "bob", "bob"], ids.Select(id => owners[id]));
        Assert.Equal(
            ["alice\n", "bob\n", "bob\n"],
            new[] { "alice", "bob", "ticket" }.Select(name => File.ReadAllText($"{folder.Workspace}/{name}")));
    }

    private static readonly string[] Users = ["alice", "bob"];

    /// <summary>A user without an entry in <c>accounts</c>, who has a login all the same.</summary>
    private const string Stranger = "nobody";

    private static string WorkspaceOf(SiteFolder folder, string user) => $"{folder.Root}/workspaces/{user}/w";

    private static string Usual =>
        $"staging: transfer, runtimes: [none], transport: native, worker: \"{PublishedProgram.CondorWorker}\", "
            + "poll_s: 1, memory_mb: 64, disk_mb: 1";

    /// <summary>
    /// The smallest image there is, and what the wrapper needs beyond that where the pool starts the container. HTCondor tests it first, by
    /// what a build puts there.
    /// </summary>
    private const string ImageWithBash = """
        site-images /var/lib/scailfin-images
        cp -a /var/lib/scailfin-images/box /var/lib/scailfin-images/bash
        cd /var/lib/scailfin-images/bash
        echo here >only-inside
        programs='/bin/bash /bin/tar /usr/bin/cksum /usr/bin/comm'
        for file in $programs $(ldd $programs | grep -o '/[^ :]*'); do
          mkdir -p ".${file%/*}"
          cp -L --remove-destination "$file" ".$file"
        done
        apptainer -s build -F --sandbox /var/lib/scailfin-images/contained . >/dev/null
        echo /var/lib/scailfin-images/contained
        """;

    private static async Task<Dictionary<string, string>> TokensAsync(SiteFolder folder)
    {
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string user in (string[])[.. Users, Stranger])
            tokens[user] = (await folder.Site.ExecAsync(
                folder.User, "env", $"SCAILFIN_DATA={folder.Root}/data", PublishedProgram.Path, "tokens", "create", user))
                .OutputOfSuccess()
                .Trim();
        return tokens;
    }

    private static async Task<string> SubmitAsync(
        SiteService service, string token, string workspace, string backend, string command, string image)
    {
        (HttpStatusCode status, string body) = await PostAsync(service, token, workspace, backend, command, image);
        Assert.True(status == HttpStatusCode.Created, body);
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("job_id").GetString()!;
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(
        SiteService service, string token, string workspace, string backend, string command, string image = "")
    {
        Dictionary<string, object> request = ServiceProcess.Request(workspace, command);
        request["compute_backend"] = backend;
        request["docker_img"] = image;
        using var post = new HttpRequestMessage(HttpMethod.Post, "/jobs")
        {
            Content = new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8, "application/json"),
        };
        post.Headers.Authorization = new("Bearer", token);
        using HttpResponseMessage answer = await service.Http.SendAsync(post, Cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task FinishAsync(SiteService service, SiteFolder folder, string id)
    {
        string status = "";
        await Eventually.TrueAsync(
            async () => (status = await service.StatusAsync(id)) is "finished" or "failed",
            $"job {id} ends",
            () => $"{status}, {folder.Picture}");
        Assert.True(
            status == "finished",
            $"{(await service.GetAsync($"/jobs/{id}/explain")).Body} "
                + $"{await service.Http.GetStringAsync($"/jobs/{id}/logs", Cancellation)}");
    }

    /// <summary>Whose each job was, whether it is in the queue still or not.</summary>
    private static async Task<Dictionary<string, string>> OwnersAsync(HpcContainer site)
    {
        string jobs =
            (await site.ExecAsync("root", "sh", "-c", "condor_q -allusers -af ScailfinJobId Owner; condor_history -af ScailfinJobId Owner"))
                .OutputOfSuccess();
        return jobs.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .DistinctBy(words => words[0])
            .ToDictionary(words => words[0], words => words[1]);
    }

    /// <summary>One pool with a realm for all of it.</summary>
    public sealed class Realm : IAsyncLifetime
    {
        private HpcContainer? _site;

        public async Task<HpcContainer> StartAsync()
        {
            _site ??= new HpcContainer
            {
                Options = new HpcOptions
                {
                    ReadOnlyMounts = [Path.GetDirectoryName(PublishedProgram.Path)!, PublishedProgram.CondorWorker],
                },
            };
            await _site.StartAsync();
            await _site.StartKerberosAsync();
            await _site.StartPoolAsync();
            return _site;
        }

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => _site?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
