using System.Text;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Jobs;
using HTCondor.Net.Schedds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.JobManagers.HTCondor.Requests;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>The ad of each scenario as it is handed to the schedd (Golden/SCENARIO/job.ad).</summary>
public sealed class GoldenTests
{
    [Theory]
    [InlineData("transfer")]
    [InlineData("shared")]
    [InlineData("chirp")]
    [InlineData("spooled-with-everything")]
    [InlineData("container-universe")]
    public async Task The_ad_is_as_it_is_kept(string scenario)
    {
        (JobSpec spec, HTCondorOptions options) = Scenario(scenario);
        var attempt = new Attempt(new JobId(Guid.Parse("1c9e6f0a-4a37-4a7e-8a64-3a2f6a6d7b55")), 1, spec);
        JobDescription description = StepDescription.Of(
            attempt, StepRequest.Read(spec, options, []), options, "htcondor", new Account("alice"), hasInput: true);
        string actual = TextOf(JobDescription.ToSubmitRequest([description], options.Spool));
        string file = Path.Combine(AppContext.BaseDirectory, "Golden", scenario, "job.ad");
        await File.WriteAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, $"{scenario}.actual"), actual, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), actual);
        Assert.DoesNotContain("s3cret", actual, StringComparison.Ordinal);
    }

    private static (JobSpec Spec, HTCondorOptions Options) Scenario(string name)
    {
        JobSpec spec = Specs.Valid("echo s3cret") with
        {
            JobName = "gendata \"1\"",
            WorkflowWorkspace = "/srv/reana/ws one",
            Environment = [new("PASSWORD", "s3cret")],
        };
        var options = new HTCondorOptions { Architecture = "X86_64" };
        return name switch
        {
            "shared" => (spec, options with { FileSystemDomain = "example.org", Profile = Staged(StagingMode.Shared) }),
            "chirp" => (spec, options with { Profile = Staged(StagingMode.Chirp) }),
            "container-universe" => (spec, options with { ContainerUniverse = true, Profile = Staged(StagingMode.Transfer) }),
            "spooled-with-everything" => (
                spec with
                {
                    BackendFields = new BackendFields
                    {
                        { "htcondor_request_cpus", "4" }, { "htcondor_request_memory", "2 GB" }, { "htcondor_request_disk", "10G" },
                        { "htcondor_requirements", "TARGET.HasSingularity || TARGET.Memory > 1" }, { "htcondor_max_runtime", "espresso" },
                        { "htcondor_accounting_group", "group_physics.higgs" },
                    },
                },
                options with
                {
                    Spool = true,
                    Requirements = Parse("TARGET.OpSysAndVer == \"AlmaLinux9\""),
                    Flavours = new Dictionary<string, TimeSpan> { ["espresso"] = TimeSpan.FromSeconds(1200) },
                    Profile = Staged(StagingMode.Transfer) with { JobRules = [JobRule.Parse("gen*: gpus=1 cpus=2")!] },
                }),
            _ => (spec, options with { Profile = Staged(StagingMode.Transfer) }),
        };
    }

    private static SiteProfile Staged(StagingMode mode) => new() { Staging = mode };

    private static ClassAdExpression Parse(string text) =>
        ClassAdExpression.TryParse(text, out ClassAdExpression? expression, out _) ? expression : throw new FormatException(text);

    private static string TextOf(SubmitRequest request)
    {
        var text = new StringBuilder();
        foreach ((string name, ClassAdExpression value) in request.Shared.Concat(request.Procs[0]).OrderBy(
            pair => pair.Key, StringComparer.Ordinal))
            text.Append($"{name} = {value.Text}\n");
        return text.ToString();
    }
}
