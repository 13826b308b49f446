using Scailfin.JobController.Hosting;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Tests.Hosting;

/// <summary>Variables of REANA that change nothing here.</summary>
public sealed class WithoutEffectTests
{
    [Fact]
    public void Those_that_are_set_are_named_with_the_reason_and_without_their_value() => Assert.Equal(
        [
            "MYSCHEDD_POOL, MYSCHEDD_USER (the image has no program 'myschedd'; the options 'schedd' and 'pool' of the HTCondor backend "
            + "name the schedd)",
            "SLURM_GSS_HOSTNAME (this version has no backend 'slurmcern')",
            "REANA_SECRET_KEY (no cookie is signed and no column is encrypted here)",
        ],
        TestSettings.Sidecar(
            "MYSCHEDD_USER=alice", "MYSCHEDD_POOL=share", "SLURM_GSS_HOSTNAME=node7", "REANA_SECRET_KEY=s", "FLASK_APP=").WithoutEffect);

    [Fact]
    public void Each_of_them_can_be_set_and_changes_no_other_setting()
    {
        string[] names = [.. WithoutEffect.Reasons.Select(pair => pair.Key.Replace("*", "X", StringComparison.Ordinal))];
        SettingsReport report = TestSettings.Report(ServiceMode.Sidecar, [.. names.Select(name => $"{name}=1")]);
        Assert.Empty(report.Problems);
        Assert.Equal(names, report.Settings.WithoutEffect.Select(line => line.Split(" (")[0]));
        Assert.Equal(Others(TestSettings.Report(ServiceMode.Sidecar)), Others(report));

        IEnumerable<EffectiveSetting> Others(SettingsReport one) => one.Effective.Where(setting => !names.Contains(setting.Name));
    }

    [Fact]
    public void A_service_without_them_says_nothing() => Assert.Empty(TestSettings.Sidecar().WithoutEffect);
}
