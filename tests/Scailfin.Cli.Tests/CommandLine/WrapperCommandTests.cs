using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Scailfin.Cli.CommandLine;
using Scailfin.JobWrapper;
using Scailfin.JobWrapper.Receipts;

namespace Scailfin.Cli.Tests.CommandLine;

public sealed class WrapperCommandTests : IDisposable
{
    private const string Id = "3f1c1a52-7d0e-4c0e-9a55-0f6f2e6f1234";
    private const string Value = "a-value-that-stays-inside";

    private readonly string _folder = Directory.CreateTempSubdirectory("scailfin-wrapper-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_script_is_for_this_job_at_this_site_and_nothing_in_it_shows_a_value()
    {
        string request = Request();
        (int code, string script, string error) = await RunAsync(
            "render", request, "--site", "generic-slurm", "--directory", "/scratch/a", "--job-id", Id, "--attempt", "2");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("#!/usr/bin/env bash\n", script, StringComparison.Ordinal);
        Assert.Contains("\n# Scailfin job wrapper, version ", script, StringComparison.Ordinal);
        Assert.Contains($"Job {Id}.2 ", script, StringComparison.Ordinal);
        Assert.Contains("directory='/scratch/a'", script, StringComparison.Ordinal);
        Assert.Contains("image='busybox:1'", script, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, script, StringComparison.Ordinal);
        Assert.DoesNotContain("exit 3", script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_runs_by_hand()
    {
        string attempt = Directory.CreateDirectory(Path.Combine(_folder, "attempt")).FullName;
        string workspace = Directory.CreateDirectory(Path.Combine(_folder, "workspace")).FullName;
        string request = Request(body => body["workflow_workspace"] = workspace);
        (_, string script, _) = await RunAsync(
            "render", request, "--site", Site("runtimes: none"), "--directory", attempt, "--job-id", Id, "--echo");
        await File.WriteAllTextAsync(Path.Combine(attempt, "wrapper.sh"), script, Cancellation);
        var start = new ProcessStartInfo("bash", ["wrapper.sh"])
        {
            WorkingDirectory = attempt,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal((3, $"{Value}\n"), (process.ExitCode, output));
        Assert.Equal(3, Receipt.Read(new WrapperFiles(attempt).Receipt)?.StepExitCode);
    }

    [Theory]
    [InlineData("blue-waters", "chirp", "on the submit host", "aprun")]
    [InlineData("generic-slurm", "shared", "in place", "apptainer")]
    [InlineData("htcondor-cvmfs", "transfer", "Unpacks input.tar", "apptainer")]
    public async Task It_is_said_in_words_what_will_happen_and_no_value_is_shown(string site, string staging, params string[] words)
    {
        (int code, string text, string error) = await RunAsync(
            "explain", Request(), "--site", site, "--staging", staging, "--directory", "/scratch/a", "--job-id", Id);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"Job {Id}, attempt 1: claims 'claim' in '/scratch/a'", text, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, text, StringComparison.Ordinal));
        Assert.Contains(" SECRET", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "--staging", "carrier-pigeon", "--staging is 'carrier-pigeon', but must be one of: shared, transfer, chirp")]
    [InlineData("", "--directory", "scratch/a", "--directory is 'scratch/a', but staging 'shared' needs an absolute path")]
    [InlineData("", "--attempt", "0", "--attempt is '0', but must be 1 or more")]
    [InlineData("", "--site", "nowhere", "site is 'nowhere', but must be an absolute path or one of: blue-waters, ")]
    [InlineData("", "--job-id", "7", "Cannot parse argument '7' for option '--job-id'")]
    [InlineData("umask: 999", "", "", "umask is '999', but must be three or four octal digits")]
    [InlineData("launcher: mpirun", "", "", "launcher is 'mpirun', but must be one of: none, aprun, srun")]
    [InlineData("runtimes: docker", "", "", "runtimes is 'docker', but must be a list of any of: apptainer, ")]
    [InlineData("pull_tries: 0", "", "", "pull_tries is '0', but must be ")]
    public async Task Bad_usage_names_the_field_the_value_and_the_rule(string site, string option, string value, string problem)
    {
        List<string> words = ["render", Request()];
        if (site.Length > 0)
            words.AddRange("--site", Site(site));
        if (option.Length > 0)
            words.AddRange(option, value);
        if (option != "--directory")
            words.AddRange("--directory", "/scratch/a");
        (int code, string output, string error) = await RunAsync([.. words]);
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.NotEqual(0, code);
        Assert.DoesNotContain("#!", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker_img", "../x", "docker_img: '../x' contains '..'.")]
    [InlineData("docker_img", "/etc", "docker_img: '/etc' does not lie in any of this backend's image directories")]
    [InlineData("workflow_workspace", "/a:b", "workflow_workspace: '/a:b' contains a colon or a comma")]
    [InlineData("workflow_workspace", "a", "workflow_workspace")]
    [InlineData("cmd", "a", "\"cmd\":[\"Not a valid command: ")]
    [InlineData("workflow_uuid", "7", "workflow_uuid")]
    public async Task A_bad_request_names_its_field_and_nothing_is_shown(string field, string? value, string problem)
    {
        (int code, string output, string error) = await RunAsync(
            "explain", Request(body => body[field] = value), "--directory", "/scratch/a");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_no_shell_can_have_is_refused()
    {
        (int code, _, string error) = await RunAsync(
            "render", Request(body => body["env_vars"] = new JsonObject { ["1ST"] = Value }), "--directory", "/scratch/a");
        Assert.Equal(
            (2, "scailfin: env_vars: '1ST' is not the name of a shell variable: letters, digits and underscores, "
                + "not beginning with a digit.\n"),
            (code, error));
    }

    [Theory]
    [InlineData("no.json", null, "no.json cannot be read: ")]
    [InlineData("text.json", "{", "text.json is not JSON: ")]
    [InlineData("list.json", "[]", "_schema")]
    public async Task A_file_that_is_no_request_is_named(string name, string? text, string problem)
    {
        string file = Path.Combine(_folder, name);
        if (text is not null)
            await File.WriteAllTextAsync(file, text, Cancellation);
        (int code, string output, string error) = await RunAsync("render", file, "--directory", "/scratch/a");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(file, error, StringComparison.Ordinal);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] words)
    {
        var configuration = new InvocationConfiguration { Output = new StringWriter(), Error = new StringWriter() };
        int code = await WrapperCommand.Create().Parse(words).InvokeAsync(configuration, Cancellation);
        return (code, configuration.Output.ToString()!, configuration.Error.ToString()!);
    }

    private string Request(Action<JsonObject>? change = null)
    {
        var body = new JsonObject
        {
            ["job_name"] = "step",
            ["workflow_uuid"] = "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11",
            ["workflow_workspace"] = "/var/reana/ws",
            ["docker_img"] = "busybox:1",
            ["cmd"] = Convert.ToBase64String("echo \"$SECRET\"; exit 3"u8),
            ["prettified_cmd"] = "echo",
            ["env_vars"] = new JsonObject { ["SECRET"] = Value },
        };
        change?.Invoke(body);
        string file = Path.Combine(_folder, "request.json");
        File.WriteAllText(file, body.ToJsonString());
        return file;
    }

    private string Site(string text)
    {
        string file = Path.Combine(_folder, "site.yaml");
        File.WriteAllText(file, $"{text}\n");
        return file;
    }
}
