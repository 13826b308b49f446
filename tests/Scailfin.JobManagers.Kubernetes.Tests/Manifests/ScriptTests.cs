using System.Diagnostics;
using Scailfin.JobManagers.Kubernetes.Manifests;

namespace Scailfin.JobManagers.Kubernetes.Tests.Manifests;

/// <summary>
/// The scripts of init containers and companions, run by bash (as in their containers) with stand-ins for the programs of their images.
/// </summary>
public sealed class ScriptTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("scailfin-scripts-").FullName;
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal) { ["SCAILFIN_JOB_UID"] = "1234" };

    public ScriptTests()
    {
        foreach (string folder in (string[])["bin", "secrets", "out", "tmp", "pki"])
            Directory.CreateDirectory(Path.Combine(_root, folder));
        File.WriteAllText(Path.Combine(_root, "pki", "CERN-bundle.pem"), "bundle");
        Stub("chown", "echo \"chown $*\" >>\"$CALLS\"");
        Stub(
            "voms-proxy-init",
            """read -r pass; echo "voms-proxy-init $* pass=$pass" >>"$CALLS"; """
                + """while [ "$1" != --out ]; do shift; done; echo proxy >"$2" """);
        Stub("j2", """echo "j2 $*" >>"$CALLS"; env | grep ^RUCIO_CFG | sort""");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("krb5-renew.sh")]
    [InlineData("rucio.sh")]
    [InlineData("voms-proxy.sh")]
    public async Task Bash_can_read_it(string script)
    {
        (int code, string text) = await RunAsync(["-n", "-c", Script.Read(script)]);
        Assert.Equal((0, ""), (code, text));
    }

    [Fact]
    public async Task A_proxy_is_made_of_key_certificate_and_password()
    {
        Secret("userkey.pem");
        Secret("usercert.pem");
        (_variables["VOMSPROXY_PASS"], _variables["VONAME"]) = ("cGEkJyBzcw==", "ATLAS");
        (int code, string text) = await RunScriptAsync("voms-proxy.sh");
        Assert.Equal((0, ""), (code, text));
        string calls = File.ReadAllText(Path.Combine(_root, "calls"));
        Assert.Contains("--voms atlas --key", calls, StringComparison.Ordinal);
        Assert.Contains("pass=pa$' ss\n", calls, StringComparison.Ordinal);
        Assert.Contains($"chown 1234 {_root}/out/x509up_proxy\n", calls, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Path.Combine(_root, "tmp", "userkey.pem")));
    }

    [Fact]
    public async Task A_proxy_that_cannot_be_made_fails_the_job()
    {
        Secret("userkey.pem");
        Secret("usercert.pem");
        (_variables["VOMSPROXY_PASS"], _variables["VONAME"]) = ("cGFzcw==", "atlas");
        Stub("voms-proxy-init", "cat >/dev/null; echo no such VO; exit 7");
        Assert.Equal((1, "no such VO\n[ERROR] voms-proxy-init ended with exit code 7.\n"), await RunScriptAsync("voms-proxy.sh"));
    }

    [Fact]
    public async Task A_proxy_that_is_a_file_is_copied_and_without_it_the_job_fails()
    {
        _variables["VOMSPROXY_FILE"] = "my proxy";
        Assert.Equal((1, "[ERROR] VOMSPROXY_FILE my proxy does not exist in user secrets.\n"), await RunScriptAsync("voms-proxy.sh"));
        Secret("my proxy");
        Assert.Equal((0, ""), await RunScriptAsync("voms-proxy.sh"));
        Assert.Equal("my proxy", File.ReadAllText(Path.Combine(_root, "out", "x509up_proxy")));
    }

    [Fact]
    public async Task Everything_that_a_proxy_lacks_is_said()
    {
        (int code, string text) = await RunScriptAsync("voms-proxy.sh");
        Assert.Equal(1, code);
        Assert.Equal(["userkey.pem", "usercert.pem", "VOMSPROXY_PASS", "VONAME"], Missing(text));
    }

    [Theory]
    [InlineData("atlas", null, "https://voatlasrucio-server-prod.cern.ch", "https://voatlasrucio-auth-prod.cern.ch")]
    [InlineData("escape", null, "https://escape-rucio.cern.ch", "https://escape-rucio-auth.cern.ch")]
    [InlineData("atlas", "https://rucio.lab", "https://rucio.lab", "https://rucio.lab")]
    public async Task Rucio_is_configured_for_the_VO_or_the_operators_hosts(string vo, string? hosts, string server, string authentication)
    {
        (_variables["VONAME"], _variables["RUCIO_USERNAME"]) = (vo, "me");
        if (hosts is not null)
            (_variables["RUCIO_RUCIO_HOST"], _variables["RUCIO_AUTH_HOST"]) = (hosts, hosts);
        Assert.Equal((0, ""), await RunScriptAsync("rucio.sh"));
        Assert.Equal(
            $"RUCIO_CFG_ACCOUNT=me\nRUCIO_CFG_AUTH_HOST={authentication}\nRUCIO_CFG_CLIENT_VO={vo}\nRUCIO_CFG_RUCIO_HOST={server}\n",
            File.ReadAllText(Path.Combine(_root, "out", "rucio.cfg")));
        Assert.Equal("bundle", File.ReadAllText(Path.Combine(_root, "out", "CERN-bundle.pem")));
    }

    [Fact]
    public async Task Everything_that_Rucio_lacks_is_said()
    {
        (int code, string text) = await RunScriptAsync("rucio.sh");
        Assert.Equal(1, code);
        Assert.Equal(["VONAME", "RUCIO_USERNAME"], Missing(text));
    }

    [Fact]
    public async Task The_renewer_ends_with_the_step()
    {
        Stub("inotifywait", """touch "$STATUS" """);
        Assert.Equal((0, "The job has ended, the Kerberos ticket is renewed no more.\n"), await RunScriptAsync("krb5-renew.sh"));
    }

    [Fact]
    public async Task The_renewer_renews_when_it_is_time()
    {
        Stub("kinit", """echo "kinit $*" """);
        Stub("inotifywait", """touch "$STATUS" """);
        Assert.Equal(
            (0, "kinit -R\nKerberos ticket renewed.\nThe job has ended, the Kerberos ticket is renewed no more.\n"),
            await RunScriptAsync("krb5-renew.sh", script => script.Replace("period=21600", "period=0", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Missing(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ') is ["[ERROR]", var what, ..] ? what : line);

    private void Secret(string name) => File.WriteAllText(Path.Combine(_root, "secrets", name), name);

    private void Stub(string program, string body)
    {
        string path = Path.Combine(_root, "bin", program);
        File.WriteAllText(path, $"#!/bin/bash\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>With the places of its container in a folder of this test.</summary>
    private Task<(int Code, string Text)> RunScriptAsync(string name, Func<string, string>? change = null)
    {
        string script = (change ?? (text => text))(Script.Read(name))
            .Replace("/etc/reana/secrets", $"{_root}/secrets", StringComparison.Ordinal)
            .Replace("/vomsproxy_cache", $"{_root}/out", StringComparison.Ordinal)
            .Replace("/rucio_cache", $"{_root}/out", StringComparison.Ordinal)
            .Replace("/krb5_cache", $"{_root}/out", StringComparison.Ordinal)
            .Replace("/tmp/userkey.pem", $"{_root}/tmp/userkey.pem", StringComparison.Ordinal)
            .Replace("/etc/pki/tls/certs", $"{_root}/pki", StringComparison.Ordinal);
        return RunAsync(["-c", script]);
    }

    private async Task<(int Code, string Text)> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in _variables)
            start.Environment[name] = value;
        start.Environment["PATH"] = $"{_root}/bin:/usr/bin:/bin";
        start.Environment["CALLS"] = $"{_root}/calls";
        start.Environment["STATUS"] = $"{_root}/out/status_file";
        using Process bash = Process.Start(start)!;
        bash.StandardInput.Close();
        Task<string> output = bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (bash.ExitCode, await output + await errors);
    }
}
