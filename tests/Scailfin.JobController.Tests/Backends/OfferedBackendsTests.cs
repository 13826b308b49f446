using Scailfin.Core.JobManagers;
using Scailfin.JobController.Backends;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Tests.Backends;

public sealed class OfferedBackendsTests
{
    private static readonly BackendDefinition[] BuiltIn = [Of("local"), Of("kubernetes"), Of("slurm")];
    private static readonly BackendDefinition[] File = [Of("site", "slurm"), Of("cloud", "kubernetes"), Of("here", "local")];

    [Fact]
    public void Nothing_configured_means_what_can_work_here() => Assert.Null(Choose(ServiceMode.Standalone, null, null).Definitions);

    [Fact]
    public void Without_a_file_the_named_backends_are_offered_in_their_order() =>
        Assert.Equal(["slurm", "local"], Names(Choose(ServiceMode.Standalone, null, ["slurm", "local", "slurm"])));

    [Fact]
    public void A_file_alone_is_offered_as_it_is() =>
        Assert.Equal(["site", "cloud", "here"], Names(Choose(ServiceMode.Standalone, File, null)));

    [Fact]
    public void A_file_is_filtered_by_the_named_backends_and_keeps_its_order() =>
        Assert.Equal(["site", "here"], Names(Choose(ServiceMode.Standalone, File, ["here", "site"])));

    [Fact]
    public void With_a_file_a_built_in_backend_is_not_offered() =>
        Assert.Equal(
            ["COMPUTE_BACKENDS names 'slurm', but there are only: site, cloud, here"],
            Choose(ServiceMode.Standalone, File, ["site", "slurm"]).Problems);

    [Theory]
    [InlineData("slurmcern")]
    [InlineData(" slurm")]
    [InlineData("Slurm")]
    public void A_name_that_nobody_offers_is_a_problem(string name)
    {
        OfferedBackends offered = Choose(ServiceMode.Standalone, null, ["local", name]);
        Assert.Equal([$"COMPUTE_BACKENDS names '{name}', but there are only: local, kubernetes, slurm"], offered.Problems);
        Assert.Empty(offered.Notes);
    }

    [Fact]
    public void In_a_sidecar_such_a_name_is_only_a_note()
    {
        OfferedBackends offered = Choose(ServiceMode.Sidecar, null, ["kubernetes", "slurmcern"]);
        Assert.Equal(["kubernetes"], Names(offered));
        Assert.Empty(offered.Problems);
        Assert.Equal(["COMPUTE_BACKENDS names 'slurmcern', but there are only: local, kubernetes, slurm"], offered.Notes);
    }

    [Fact]
    public void A_sidecar_without_any_backend_says_why() =>
        Assert.Single(Choose(ServiceMode.Sidecar, null, ["slurmcern"]).Problems);

    [Fact]
    public void A_sidecar_never_runs_jobs_itself()
    {
        Assert.Single(Choose(ServiceMode.Sidecar, null, ["kubernetes", "local"]).Problems);
        Assert.Single(Choose(ServiceMode.Sidecar, File, null).Problems);
        Assert.Empty(Choose(ServiceMode.Sidecar, File, ["cloud"]).Problems);
    }

    private static OfferedBackends Choose(ServiceMode mode, BackendDefinition[]? file, string[]? asked) =>
        OfferedBackends.Choose(mode, file, asked, BuiltIn);

    private static IEnumerable<string> Names(OfferedBackends offered) => offered.Definitions!.Select(backend => backend.Name);

    private static BackendDefinition Of(string name, string? kind = null) => new(name, kind ?? name, new Dictionary<string, object>());
}
