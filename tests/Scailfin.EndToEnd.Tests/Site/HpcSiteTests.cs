using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Site;

/// <summary>What the integration tests of other assemblies take for granted about their site.</summary>
public sealed class HpcSiteTests(HpcContainer site) : IClassFixture<HpcContainer>
{
    [Fact]
    public async Task A_job_of_the_pool_runs_as_its_submitter_and_its_exit_code_comes_back()
    {
        await site.StartPoolAsync();
        PoolJob job = await PoolJob.RunAsync(site, "alice", "id -un; exit 7");
        Assert.Equal("alice\n", job.Output);
        Assert.Equal(7, job.ExitCode);
    }

    [Fact]
    public async Task A_job_writes_into_the_folder_that_host_and_container_share()
    {
        await site.StartPoolAsync();
        string folder = await site.MakeFolderAsync("alice");
        PoolJob job = await PoolJob.RunAsync(site, "alice", $"echo seen > {folder}/from-the-job");
        Assert.Equal(0, job.ExitCode);
        Assert.Equal("seen\n", await File.ReadAllTextAsync(Path.Combine(folder, "from-the-job"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_job_copies_trees_through_the_IO_proxy()
    {
        await site.StartPoolAsync();
        string folder = await site.MakeFolderAsync("alice");
        PoolJob job = await PoolJob.RunAsync(
            site,
            "alice",
            $"mkdir -p tree/deep && echo deep > tree/deep/file && chirp_put tree CONDOR {folder}/tree "
                + $"&& chirp_get CONDOR {folder}/tree back && cat back/deep/file",
            "+WantIOProxy = true");
        Assert.Equal((0, "deep\n"), (job.ExitCode, job.Output));
        Assert.True(File.Exists(Path.Combine(folder, "tree/deep/file")));
    }

    [Theory]
    [InlineData("box")]
    [InlineData("box.sif")]
    public async Task Apptainer_runs_an_image_inside_a_job(string image)
    {
        await site.StartPoolAsync();
        string images = await ContainerImages.MakeAsync(site);
        PoolJob job = await PoolJob.RunAsync(
            site, "alice", $"echo here > file; apptainer -s exec -B \"$PWD:/w\" --pwd /w {images}/{image} sh -c 'cat file; id -u; exit 3'");
        Assert.Equal((3, "here\n1001\n"), (job.ExitCode, job.Output));
    }

    [Theory]
    [InlineData("root", "box", "0")]
    [InlineData("root", "box.sif", "0")]
    [InlineData("bob", "box", "1002")]
    [InlineData("bob", "box.sif", "1002")]
    public async Task Apptainer_runs_an_image_for_everybody(string user, string image, string uid)
    {
        await site.StartAsync();
        string images = await ContainerImages.MakeAsync(site);
        CommandResult result = await site.ExecAsync(user, "apptainer", "-s", "exec", $"{images}/{image}", "id", "-u");
        Assert.Equal(uid + "\n", result.OutputOfSuccess());
    }

    [Fact]
    public async Task CharlieCloud_Podman_and_bubblewrap_run_an_unpacked_image()
    {
        await site.StartAsync();
        string images = await ContainerImages.MakeAsync(site);
        foreach (string[] command in (string[][])
        [
            ["ch-run", $"{images}/box", "--", "echo", "inside"],
            ["podman", "--log-level=error", "run", "--network=host", "--rm", "--rootfs", $"{images}/box", "echo", "inside"],
            ["bwrap", "--unshare-all", "--bind", $"{images}/box", "/", "--proc", "/proc", "--dev", "/dev", "echo", "inside"],
        ])
            Assert.Equal("inside\n", (await site.ExecAsync("alice", command)).OutputOfSuccess());
    }

    [Fact]
    public async Task A_token_lets_somebody_else_speak_for_a_user()
    {
        await site.StartPoolAsync();
        string token = (await site.ExecAsync("root", "condor_token_create", "-identity", "alice@pool.test")).OutputOfSuccess();
        string answer = (await site.ExecAsync(
            "bob",
            [
                "sh", "-c",
                "umask 077; mkdir -p .condor/tokens.d; cat > .condor/tokens.d/alice; "
                    + "_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS=IDTOKENS condor_ping -type SCHEDD WRITE; c=$?; "
                    + "rm .condor/tokens.d/alice; exit $c",
            ],
            token)).OutputOfSuccess();
        Assert.Contains("alice@pool.test", answer, StringComparison.Ordinal);
        Assert.Contains("IDTOKENS", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ticket_opens_the_pool_and_an_ssh_session()
    {
        await using var realm = new HpcContainer();
        await realm.StartKerberosAsync();
        await realm.StartPoolAsync();
        await realm.StartSshdAsync();
        (await realm.ExecAsync("bob", "kinit", "-k", "-t", "user.keytab", "bob")).OutputOfSuccess();
        string answer = (await realm.ExecAsync(
            "bob", "env", "_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS=KERBEROS", "condor_ping", "-type", "SCHEDD", "WRITE"))
            .OutputOfSuccess();
        Assert.Contains("KERBEROS", answer, StringComparison.Ordinal);
        Assert.Contains("bob@pool.test", answer, StringComparison.Ordinal);
        string name = (await realm.ExecAsync(
            "bob", "ssh", "-o", "StrictHostKeyChecking=accept-new", "-o", "PubkeyAuthentication=no", "-p", "2222", "hpc", "id", "-un"))
            .OutputOfSuccess();
        Assert.Equal("bob\n", name);
    }

    [Fact]
    public async Task Slurm_runs_a_job()
    {
        await site.StartSlurmAsync();
        CommandResult result = await site.ExecAsync("bob", "srun", "sh", "-c", "id -un; exit 5");
        Assert.Equal((5, "bob\n"), (result.ExitCode, result.Output));
    }

    [Fact]
    public async Task Modules_are_there_only_after_their_file_was_sourced()
    {
        await site.StartAsync();
        Assert.NotEqual(0, (await site.ExecAsync("alice", "bash", "-c", "type module")).ExitCode);
        string found =
            (await site.ExecAsync("alice", "bash", "-c", ". /etc/profile.d/modules.sh; type -t module; module avail")).OutputOfSuccess();
        Assert.StartsWith("function\n", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_opens_an_ssh_session()
    {
        await site.StartSshdAsync();
        string name = (await site.ExecAsync(
            "alice",
            "sh",
            "-c",
            """
            mkdir -p -m 700 .ssh && ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519 && cp .ssh/id_ed25519.pub .ssh/authorized_keys &&
            ssh-keyscan -p 2222 127.0.0.1 > .ssh/known_hosts 2>/dev/null && ssh -p 2222 127.0.0.1 id -un
            """)).OutputOfSuccess();
        Assert.Equal("alice\n", name);
    }
}
