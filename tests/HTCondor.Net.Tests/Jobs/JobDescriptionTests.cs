using CsCheck;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Jobs;
using HTCondor.Net.Schedds;
using HTCondor.Net.Tests.ClassAds;

namespace HTCondor.Net.Tests.Jobs;

public sealed class JobDescriptionTests
{
    private static readonly JobDescription Job = new() { Executable = "/bin/true", WorkingDirectory = "/work" };

    /// <summary>Without one of these the queue takes the job, and it crashes its shadow for ever or never runs.</summary>
    [Theory]
    [InlineData("JobUniverse")]
    [InlineData("Cmd")]
    [InlineData("Iwd")]
    [InlineData("Requirements")]
    [InlineData("RequestCpus")]
    [InlineData("RequestMemory")]
    [InlineData("RequestDisk")]
    [InlineData("ShouldTransferFiles")]
    [InlineData("JobPrio")]
    public void What_a_job_needs_to_run_is_always_there(string attribute)
    {
        foreach (JobDescription job in new[]
        {
            Job,
            Job with { Universe = JobUniverse.Grid, GridResource = "batch slurm" },
            Job with { Universe = JobUniverse.Container, Image = "docker://a" },
        })
            Assert.NotNull(job.ToSubmitRequest().Shared[attribute]);
    }

    [Fact]
    public void The_status_is_the_procs_own()
    {
        SubmitRequest plain = Job.ToSubmitRequest();
        Assert.Null(plain.Shared["JobStatus"]);
        Assert.Equal(1, Assert.Single(plain.Procs).Integer("JobStatus"));
        Assert.Equal(16, Job.ToSubmitRequest(spool: true).Procs[0].Integer("HoldReasonCode"));
        Assert.Equal(15, (Job with { Hold = true }).ToSubmitRequest().Procs[0].Integer("HoldReasonCode"));
    }

    [Fact]
    public void Procs_have_only_what_differs()
    {
        SubmitRequest request = JobDescription.ToSubmitRequest([Job, Job with { Arguments = ["a b", "it's", ""] }, Job with { Gpus = 1 }]);
        Assert.Equal("Arguments,Requirements,JobStatus", string.Join(',', request.Procs[0].Select(pair => pair.Key)));
        Assert.Equal("'a b' 'it''s' ''", request.Procs[1].Text("Arguments"));
        Assert.Equal(1, request.Procs[2].Integer("RequestGPUs"));
        Assert.Null(request.Shared["RequestGPUs"]);
        Assert.Contains("TARGET.GPUs >= RequestGPUs", request.Procs[2]["Requirements"]!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_users_requirement_is_one_part_of_the_whole()
    {
        Assert.True(ClassAdExpression.TryParse("a || b", out ClassAdExpression? wish, out _));
        Assert.StartsWith(
            "(a || b) && TARGET.Arch == ",
            (Job with { Requirements = wish }).ToSubmitRequest().Shared["Requirements"]!.Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Iwd", "relative")]
    [InlineData("UserLog", "relative")]
    [InlineData("Cmd", "")]
    [InlineData("Cmd", "a\nb")]
    [InlineData("RequestCpus", "0")]
    [InlineData("RequestMemory", "-1")]
    [InlineData("TransferInput", "a,b")]
    [InlineData("TransferInput", " a")]
    [InlineData("TransferOutput", "")]
    [InlineData("Arguments", "a\0b")]
    [InlineData("Environment", "A=B")]
    [InlineData("GridResource", "batch slurm")]
    [InlineData("ContainerImage", "docker://a")]
    [InlineData("AcctGroup", "a b")]
    [InlineData("AllowedExecuteDuration", "0")]
    public void A_refusal_names_attribute_value_and_rule(string attribute, string value)
    {
        JobDescription wrong = attribute switch
        {
            "Iwd" => Job with { WorkingDirectory = value },
            "UserLog" => Job with { EventLog = value },
            "Cmd" => Job with { Executable = value },
            "RequestCpus" => Job with { Cpus = int.Parse(value) },
            "RequestMemory" => Job with { MemoryMiB = long.Parse(value) },
            "TransferInput" => Job with { InputFiles = [value] },
            "TransferOutput" => Job with { OutputFiles = [value] },
            "Arguments" => Job with { Arguments = [value] },
            "Environment" => Job with { Environment = new Dictionary<string, string> { [value] = "secret" } },
            "GridResource" => Job with { GridResource = value },
            "ContainerImage" => Job with { Image = value },
            "AcctGroup" => Job with { AccountingGroup = value, AccountingUser = "x" },
            _ => Job with { MaxRuntime = TimeSpan.Zero },
        };
        JobProblem problem = Assert.Throws<JobDescriptionException>(() => wrong.ToSubmitRequest()).Problems[0];
        Assert.Equal(attribute, problem.Attribute);
        Assert.Equal(value.Replace('\0', '?').Replace('\n', '?'), problem.Value);
        Assert.NotEmpty(problem.Rule);
        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Cmd")]
    [InlineData("owner")]
    [InlineData("JobStatus")]
    [InlineData("NumJobStarts")]
    [InlineData("TransferInput")]
    public void Extra_attributes_replace_none_of_the_others(string name)
    {
        var extra = new ClassAd();
        extra.Set(name, "x");
        Assert.Equal(name, Assert.Single((Job with { Extra = extra }).Validate()).Attribute);
    }

    [Fact]
    public void Any_text_anywhere_is_carried_or_refused() => Gen.Select(Expressions.Texts, Expressions.Texts).Sample((one, other) =>
    {
        JobDescription job = Job with
        {
            Executable = one,
            Arguments = [other, one],
            Environment = new Dictionary<string, string> { ["A"] = one, ["B"] = other },
            InputFiles = [one],
            Output = other,
            Description = one,
        };
        if (job.Validate().Count > 0)
            return;
        ClassAd ad = job.ToSubmitRequest().Shared;
        Assert.Equal(one, ad.Text("Cmd"));
        Assert.Equal(one, ad.Text("TransferInput"));
        Assert.Equal([other, one], JobTextsReader.Words(ad.Text("Arguments")!));
        Assert.Equal([$"A={one}", $"B={other}"], JobTextsReader.Words(ad.Text("Environment")!));
        Assert.All(ad, pair => Assert.Null(pair.Value.Problem));
    });
}
