using System.Text.Json;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Image;

/// <summary>What the image holds.</summary>
public sealed class ImageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_run_time_user_can_write_temporary_folders_only(bool hpc) => Assert.Equal(
        "/run/lock\n/tmp\n/var/tmp\n",
        await RunAsync(hpc, "1000:0", "find / -xdev -not -path '/proc/*' -not -path '/dev/*' -not -type l -writable 2>/dev/null | sort"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task User_1000_is_free_and_every_program_that_REANA_calls_is_there(bool hpc) => Assert.Equal(
        "free\n",
        await RunAsync(
            hpc,
            "0:0",
            "getent passwd 1000 || echo free; for program in bash getent groupadd useradd chown su flask uwsgi python3; do "
            + "command -v $program >/dev/null || echo no $program; done"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_of_the_build_is_left(bool hpc) => Assert.Equal(
        "",
        await RunAsync(
            hpc,
            "0:0",
            "ls -A /tmp /root/.bash_history /var/lib/apt/lists /var/cache/apt /var/log 2>/dev/null | grep -v ':$' | grep ."));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_key_lies_in_it(bool hpc) => Assert.Equal(
        "", await RunAsync(hpc, "0:0", "find /etc /root /home /var -name '*.key' -o -name '*_key' -o -name '*.keytab'"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_list_of_contents_names_every_package_of_Debian_and_of_the_program(bool hpc)
    {
        using JsonDocument list = JsonDocument.Parse(await RunAsync(hpc, "1000:0", "cat /usr/share/doc/scailfin/sbom.cdx.json"));
        Assert.Equal("CycloneDX", list.RootElement.GetProperty("bomFormat").GetString());
        string[] named =
        [
            .. list.RootElement.GetProperty("components").EnumerateArray().Select(part => part.GetProperty("purl").GetString()!),
        ];
        int packages = (await RunAsync(hpc, "1000:0", "dpkg-query -W -f '${Package}\\n'")).Count(character => character == '\n');
        Assert.Equal(packages, named.Count(url => url.StartsWith("pkg:deb/debian/", StringComparison.Ordinal)));
        Assert.Contains(named, url => url.StartsWith("pkg:nuget/Npgsql@", StringComparison.Ordinal));
        Assert.Equal(named.Length, named.Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_labels_say_what_it_is(bool hpc) => Assert.Equal(
        "0.1.0 MIT debian:trixie\n",
        (await ContainerEngine.RunAsync(
            [
                "image", "inspect", await ImageAsync(hpc), "-f",
                "{{index .Config.Labels \"org.opencontainers.image.version\"}} "
                + "{{index .Config.Labels \"org.opencontainers.image.licenses\"}} "
                + "{{index .Config.Labels \"org.opencontainers.image.base.name\"}}",
            ])).OutputOfSuccess());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_command_is_the_service(bool hpc) => Assert.Equal(
        "[\"scailfin\",\"serve\"] null\n",
        (await ContainerEngine.RunAsync(
            ["image", "inspect", await ImageAsync(hpc), "-f", "{{json .Config.Cmd}} {{json .Config.Entrypoint}}"])).OutputOfSuccess());

    [Fact]
    public async Task The_variant_for_HPC_has_the_tools_of_a_site_and_a_worker_that_finds_the_library() => Assert.Equal(
        "usable: yes\n",
        await RunAsync(
            hpc: true,
            "1000:0",
            "for program in condor_submit ssh rsync sbatch squeue kinit klist; do "
            + "command -v $program >/dev/null || echo no $program; done; /usr/lib/scailfin/htcondor-net-worker --probe | grep usable"));

    private static async Task<string> RunAsync(bool hpc, string user, string script) => (await ContainerEngine.RunAsync(
        ["run", "--rm", "--network", "none", "-u", user, await ImageAsync(hpc), "bash", "-c", script + "; true"])).OutputOfSuccess();

    private static async Task<string> ImageAsync(bool hpc)
    {
        string image = hpc ? PublishedProgram.HpcImage : PublishedProgram.Image;
        await ContainerEngine.RequireAsync(image);
        return image;
    }
}
