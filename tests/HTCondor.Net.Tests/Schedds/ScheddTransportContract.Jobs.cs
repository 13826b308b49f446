using HTCondor.Net.ClassAds;
using HTCondor.Net.EventLogs;
using HTCondor.Net.Jobs;
using HTCondor.Net.Schedds;
using Scailfin.Testing;

namespace HTCondor.Net.Tests.Schedds;

public abstract partial class ScheddTransportContract
{
    [Fact]
    public async Task The_schedd_says_its_name_address_and_version()
    {
        ScheddInformation local = await Schedd.LocateAsync(cancellationToken: Cancelled);
        Assert.StartsWith("reana@", local.Name, StringComparison.Ordinal);
        Assert.StartsWith("<127.0.0.1:", local.Address, StringComparison.Ordinal);
        Assert.Contains("CondorVersion", local.Version, StringComparison.Ordinal);
        await using Schedd named = OpenAs("alice", new ScheddLocation { Name = local.Name });
        Assert.Equal(local, await named.LocateAsync(cancellationToken: Cancelled));
        Assert.Empty(await named.QueryAsync(new JobQuery { Constraint = Mine }, cancellationToken: Cancelled));
    }

    [Fact]
    public async Task A_schedd_that_nobody_knows_is_an_error_of_every_call()
    {
        await using Schedd nobody = OpenAs("alice", new ScheddLocation { Name = "nobody@nowhere.test" });
        Assert.NotEmpty((await ErrorAsync(nobody.LocateAsync(cancellationToken: Cancelled))).Text);
        Assert.False((await ErrorAsync(nobody.SubmitAsync(Held, cancellationToken: Cancelled))).Ambiguous);
        Assert.NotEmpty((await ErrorAsync(nobody.QueryAsync(new JobQuery(), cancellationToken: Cancelled))).Text);
        Assert.NotEmpty((await ErrorAsync(nobody.HoldAsync(JobSelection.Of(new JobKey(1, 0)), "x", cancellationToken: Cancelled))).Text);
    }

    [Fact]
    public async Task A_job_runs_and_says_its_exit_code_in_log_and_history()
    {
        string folder = await Site.MakeFolderAsync("alice");
        string log = Path.Combine(folder, "job.log");
        JobKey job = await Schedd.SubmitAsync(Shell("echo out; echo err >&2; exit 7") with
        {
            WorkingDirectory = folder,
            Output = "out.txt",
            Error = "err.txt",
            EventLog = log,
        }, cancellationToken: Cancelled);
        Assert.Equal(7, (await EndedAsync(job)).Integer("ExitCode"));
        JobEvent[] events = [];
        await Eventually.TrueAsync(
            () =>
                (events = [.. new JobEventLog(log).Read().SelectMany(batch => batch.Events)]).Any(one => one.Details is TerminatedDetails),
            "the log says the end");
        Assert.All(events, one => Assert.Equal(job, one.Job));
        Assert.Equal(new TerminatedDetails(7, null), events.Single(one => one.Number == 5).Details);
        Assert.IsType<SubmitDetails>(events[0].Details);
        Assert.IsType<ExecuteDetails>(events.First(one => one.Number == 1).Details);
        Assert.Equal("out\n", await File.ReadAllTextAsync(Path.Combine(folder, "out.txt"), Cancelled));
        Assert.Equal("err\n", await File.ReadAllTextAsync(Path.Combine(folder, "err.txt"), Cancelled));
        Assert.Null(await QueuedAsync(job));
    }

    [Fact]
    public async Task Arguments_and_environment_arrive_in_the_program_as_they_were_given()
    {
        string folder = await Site.MakeFolderAsync("alice");
        string[] words = ["a b", "it's", "\"quoted\"", "", "back\\slash", "tab\there", "$HOME", "%x", "*", "é漢", "last\\"];
        JobKey job = await Schedd.SubmitAsync(Held with
        {
            Hold = false,
            Executable = "/bin/sh",
            Arguments = ["-c", "printf '<%s>' \"$@\"; printf '<%s>' \"$ODD\"", "sh", .. words],
            Environment = new Dictionary<string, string> { ["ODD"] = "a 'b' \"c\" $HOME \\", ["OTHER"] = "1" },
            WorkingDirectory = folder,
            Output = "out.txt",
        }, cancellationToken: Cancelled);
        Assert.Equal(0, (await EndedAsync(job)).Integer("ExitCode"));
        string expected = string.Concat(words.Append("a 'b' \"c\" $HOME \\").Select(word => $"<{word}>"));
        Assert.Equal(expected, await File.ReadAllTextAsync(Path.Combine(folder, "out.txt"), Cancelled));
    }

    [Fact]
    public async Task Many_procs_are_one_cluster_and_each_has_its_own()
    {
        JobDescription[] jobs = [.. Enumerable.Range(0, 50).Select(number =>
            Held with { Arguments = [$"{number}"], Priority = number % 2 })];
        SubmitResult result = await Schedd.SubmitAsync(jobs, cancellationToken: Cancelled);
        Assert.Equal(50, result.Procs);
        IReadOnlyList<ClassAd> ads = await Schedd.QueryAsync(
            new JobQuery { Constraint = Mine, Projection = ["ClusterId", "ProcId", "Arguments", "JobPrio", "JobStatus", "HoldReasonCode"] },
            cancellationToken: Cancelled);
        Assert.Equal(50, ads.Count);
        foreach (ClassAd ad in ads)
        {
            Assert.Equal(result.Cluster, ad.Key!.Value.Cluster);
            Assert.Equal($"{ad.Key.Value.Proc}", ad.Text("Arguments"));
            Assert.Equal(ad.Key.Value.Proc % 2, ad.Integer("JobPrio"));
            Assert.Equal(5, ad.Integer("JobStatus"));
            Assert.Equal(15, ad.Integer("HoldReasonCode"));
            Assert.Null(ad["Cmd"]);
        }

        Assert.Equal(3, (await Schedd.QueryAsync(new JobQuery { Constraint = Mine, Limit = 3 }, cancellationToken: Cancelled)).Count);
        Assert.Empty(await Schedd.QueryAsync(
            new JobQuery { Constraint = Mine.And(ClassAdExpression.Of(value: false)) }, cancellationToken: Cancelled));
    }

    /// <summary>Beside what this library does not write and condor_submit does (versions, file system, method), and times.</summary>
    [Fact]
    public async Task The_queue_has_what_the_description_says()
    {
        JobDescription job = Held with
        {
            Cpus = 2,
            MemoryMiB = 100,
            DiskKiB = 2048,
            Gpus = 1,
            Input = "/dev/zero",
            InputFiles = ["a", "b c"],
            OutputFiles = ["x"],
            WantIOProxy = true,
            Stream = true,
            MaxRuntime = TimeSpan.FromMinutes(3),
            BatchName = "a batch",
            Description = "what it is",
            AccountingGroup = "group_a.b",
            AccountingUser = "alice",
            PeriodicHold = ClassAdExpression.Attribute("NumJobStarts").GreaterThan(ClassAdExpression.Of(3)),
        };
        ClassAd asked = job.ToSubmitRequest().Shared;
        ClassAd queued = (await QueuedAsync(await Schedd.SubmitAsync(job, cancellationToken: Cancelled)))!;
        string[] rounded = ["DiskUsage", "ImageSize", "ExecutableSize"];
        foreach ((string name, ClassAdExpression value) in asked.Where(pair => !rounded.Contains(pair.Key)))
            Assert.Equal((name, value), (name, queued[name]));
        Assert.Equal("alice", queued.Text("Owner"));
        Assert.InRange(queued.Integer("QDate") ?? 0, 1_600_000_000, long.MaxValue);
        Assert.InRange(queued.Integer("EnteredCurrentStatus") ?? 0, 1_600_000_000, long.MaxValue);
    }

    [Fact]
    public async Task History_is_read_from_the_newest_until_since()
    {
        JobKey first = await Schedd.SubmitAsync(Held, cancellationToken: Cancelled);
        await Schedd.RemoveAsync(JobSelection.Of(first), "first", cancellationToken: Cancelled);
        await EndedAsync(first);
        JobKey second = await Schedd.SubmitAsync(Held, cancellationToken: Cancelled);
        await Schedd.RemoveAsync(JobSelection.Of(second), "second", cancellationToken: Cancelled);
        await EndedAsync(second);
        IReadOnlyList<ClassAd> all = await Schedd.HistoryAsync(
            new HistoryQuery { Constraint = Mine, Projection = ["ClusterId", "ProcId", "RemoveReason"] }, cancellationToken: Cancelled);
        Assert.Equal([second, first], all.Select(ad => ad.Key!.Value));
        Assert.Contains("second", all[0].Text("RemoveReason"), StringComparison.Ordinal);
        IReadOnlyList<ClassAd> newer = await Schedd.HistoryAsync(
            new HistoryQuery
            {
                Constraint = Mine,
                Since = ClassAdExpression.Attribute("ClusterId").EqualTo(ClassAdExpression.Of(first.Cluster)),
            },
            cancellationToken: Cancelled);
        Assert.Equal(second, Assert.Single(newer).Key);
    }

    [Fact]
    public async Task Spooled_input_is_sent_and_output_comes_back()
    {
        string folder = await Site.MakeFolderAsync("alice");
        (await Site.ExecAsync("alice", "sh", "-c", $"echo input > {folder}/in.txt")).OutputOfSuccess();
        JobDescription job = Shell("cat in.txt > result.txt; echo done") with
        {
            WorkingDirectory = folder,
            InputFiles = ["in.txt"],
            OutputFiles = ["result.txt"],
            Output = "out.txt",
        };
        var key = new JobKey((await Schedd.SubmitSpooledAsync([job], cancellationToken: Cancelled)).Cluster, 0);
        (await Site.ExecAsync("root", "rm", $"{folder}/in.txt")).OutputOfSuccess();
        await StatusAsync(key, 4);
        await Schedd.RetrieveAsync(JobSelection.Of(key), cancellationToken: Cancelled);
        Assert.Equal("input\n", await File.ReadAllTextAsync(Path.Combine(folder, "result.txt"), Cancelled));
        Assert.Equal("done\n", await File.ReadAllTextAsync(Path.Combine(folder, "out.txt"), Cancelled));
    }
}
