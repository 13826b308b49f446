using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Site;

public sealed class OtherImagesTests
{
    [Fact]
    public async Task The_other_site_has_its_modules_from_Lmod()
    {
        await using var site = new HpcContainer { Options = new HpcOptions { Image = "hpc-lmod" } };
        await site.StartAsync();
        string found =
            (await site.ExecAsync("alice", "bash", "-c", ". /etc/profile.d/lmod.sh; type -t module; echo $LMOD_VERSION")).OutputOfSuccess();
        Assert.StartsWith("function\n8.", found, StringComparison.Ordinal);
        Assert.NotEqual(0, (await site.ExecAsync("alice", "test", "-e", "/etc/profile.d/modules.sh")).ExitCode);
    }

    [Fact]
    public async Task The_newer_HTCondor_runs_a_job()
    {
        await using var site = new HpcContainer { Options = new HpcOptions { Image = "condor-sid" } };
        await site.StartPoolAsync();
        PoolJob job = await PoolJob.RunAsync(site, "bob", "id -un; exit 9");
        Assert.Equal((9, "bob\n"), (job.ExitCode, job.Output));
    }
}
