using Microsoft.Extensions.DependencyInjection;
using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.JobController.Backends;
using Scailfin.JobController.Settings;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobController.Tests.Backends;

public sealed class SiteProfilesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public static TheoryData<string> Shipped => [.. ShippedSites.Names];

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_examples_of_the_design_are_shipped() =>
        Assert.Equal(["blue-waters", "generic-slurm", "htcondor-cvmfs", "htcondorcern", "htcondorvc3", "nersc"], ShippedSites.Names);

    /// <summary>HTCondor's kind knows the wrapper's options and its own.</summary>
    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_shipped_profile_has_known_options_and_good_values_only(string name)
    {
        using ServiceProvider services =
            new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton(UserAccounts.None).AddHTCondor()
                .BuildServiceProvider();
        var options = new BackendOptions(name, BackendsFile.ReadSite(name));
        services.GetRequiredService<IJobManagerKind>().Create(name, options);
        Assert.Empty(options.Problems);
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_script_can_be_shown_for_every_shipped_profile(string name)
    {
        var options = new BackendOptions(name, BackendsFile.ReadSite(name));
        SiteProfile profile = SiteProfile.Read(options, new SiteProfile());
        Assert.Empty(options.ProblemsOfWhatWasRead);
        Assert.NotEqual(new SiteProfile().Runtimes, profile.Runtimes);
    }

    [Fact]
    public void A_backend_wins_over_its_site()
    {
        File.WriteAllText(_file, "backends:\n  mine:\n    kind: local\n    site: blue-waters\n    launcher: none\n");
        BackendDefinition backend = Assert.Single(BackendsFile.Read(_file));
        Assert.Equal(("local", "none", "20"), (backend.Kind, backend.Options["launcher"], backend.Options["stop_grace_s"]));
        Assert.DoesNotContain("site", backend.Options.Keys);
    }

    [Fact]
    public void A_profile_of_the_operators_own_is_named_by_its_path()
    {
        File.WriteAllText(_file, "launcher: srun\nbinds: [/data, /cvmfs:ro]\n");
        IReadOnlyDictionary<string, object> options = BackendsFile.ReadSite(_file);
        Assert.Equal("srun", options["launcher"]);
        Assert.Equal(["/data", "/cvmfs:ro"], Assert.IsAssignableFrom<IReadOnlyList<string>>(options["binds"]));
    }

    [Theory]
    [InlineData("nowhere", "must be an absolute path or one of: blue-waters")]
    [InlineData("/nowhere/site.yaml", "cannot be read")]
    public void A_site_that_is_not_there_is_told(string site, string rule) =>
        Assert.Contains(rule, Assert.Throws<SettingsException>(() => BackendsFile.ReadSite(site)).Message, StringComparison.Ordinal);
}
