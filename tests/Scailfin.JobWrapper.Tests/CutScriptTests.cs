using System.Diagnostics;
using System.Text;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;

namespace Scailfin.JobWrapper.Tests;

/// <summary>A script that arrives on a node in part, as a cut connection or a full disk leaves it.</summary>
public sealed class CutScriptTests : IDisposable
{
    private static readonly SiteProfile Plain = new() { Runtimes = ["none"], StopGrace = TimeSpan.FromSeconds(1) };

    private readonly JobId _job = JobId.New();
    private readonly string _directory = Directory.CreateTempSubdirectory("scailfin-cut-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private WrapperFiles Files => new(_directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_script_that_is_cut_anywhere_runs_nothing_and_says_so(bool fromInput)
    {
        byte[] script = Script();
        int armed = Encoding.UTF8.GetString(script).IndexOf("\n# Scailfin job wrapper", StringComparison.Ordinal);
        int payload = Encoding.UTF8.GetString(script).IndexOf("\npayload='", StringComparison.Ordinal);
        Assert.True(armed > 0 && payload > armed);
        int last = script.Length - 2; // without its last newline, the script is whole
        foreach (int length in Enumerable.Range(0, 80).Select(part => armed + ((last - armed) * part / 80))
            .Concat(Enumerable.Range(payload, 12)).Concat(Enumerable.Range(last - 250, 251).Where(length => length % 10 == 0)).Append(last))
        {
            (int code, string complaint) = await RunAsync(script[..length], fromInput);
            Assert.True(code == WrapperExitCodes.NotWhole, $"Cut after {length} of {script.Length} bytes: exit code {code}, {complaint}");
            Assert.Contains($"The script of job {_job}.1 is not whole", complaint, StringComparison.Ordinal);
            Assert.Equal(["wrapper.sh"], Directory.GetFileSystemEntries(_directory).Select(Path.GetFileName));
        }
    }

    [Fact]
    public async Task A_script_that_is_cut_in_its_first_command_fails()
    {
        byte[] script = Script();
        int first = Array.IndexOf(script, (byte)'\n') + 2;
        int armed = Array.IndexOf(script, (byte)'\n', first);
        for (int length = first; length < armed; length++)
        {
            (int code, string complaint) = await RunAsync(script[..length], fromInput: false);
            Assert.True(code != 0 && complaint.Length > 0, $"Cut after {length} bytes: exit code {code}, {complaint}");
        }
    }

    [Fact]
    public async Task A_script_that_lacks_a_line_or_has_a_hole_runs_nothing()
    {
        string script = Encoding.UTF8.GetString(Script());
        byte[] hole = Script();
        Array.Clear(hole, 8192, 4096);
        byte[] shorter = Encoding.UTF8.GetBytes(script.Replace("set +e +f +x +v\n", "", StringComparison.Ordinal));
        foreach (byte[] damaged in (byte[][])[hole, shorter])
        {
            (int code, _) = await RunAsync(damaged, fromInput: false);
            Assert.Equal(WrapperExitCodes.NotWhole, code);
            Assert.Equal(["wrapper.sh"], Directory.GetFileSystemEntries(_directory).Select(Path.GetFileName));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_whole_script_runs_also_from_standard_input(bool fromInput)
    {
        (int code, _) = await RunAsync(Script(), fromInput);
        Assert.Equal((0, "ran\n"), (code, await File.ReadAllTextAsync(Files.Output, Cancellation)));
    }

    private byte[] Script()
    {
        JobSpec spec = Specs.Valid("echo ran") with { WorkflowWorkspace = _directory, Environment = [new("LONG", new string('x', 3000))] };
        return Encoding.UTF8.GetBytes(WrapperScript.Render(new Attempt(_job, 1, spec), Plain, WrapperPlace.Shared(_directory)));
    }

    private async Task<(int Code, string Complaint)> RunAsync(byte[] script, bool fromInput)
    {
        await File.WriteAllBytesAsync(Files.Script, script, Cancellation);
        string bash = Environment.GetEnvironmentVariable("SCAILFIN_TEST_BASH") is { Length: > 0 } named ? named : "bash";
        var start = new ProcessStartInfo(bash, fromInput ? [] : [Files.Script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            WorkingDirectory = _directory,
        };
        using Process process = Process.Start(start)!;
        try
        {
            if (fromInput)
                await process.StandardInput.BaseStream.WriteAsync(script, Cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything.
        }

        string complaint = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, complaint);
    }
}
