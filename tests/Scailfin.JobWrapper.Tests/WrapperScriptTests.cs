using System.Diagnostics;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper.Receipts;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;

namespace Scailfin.JobWrapper.Tests;

public sealed class WrapperScriptTests : IDisposable
{
    private static readonly SiteProfile Plain = new() { Runtimes = ["none"], StopGrace = TimeSpan.FromSeconds(1) };

    private readonly string _directory = Directory.CreateTempSubdirectory("scailfin-wrapper-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>With SCAILFIN_UPDATE_GOLDEN set to the folder of this project, the file is written instead.</summary>
    [Fact]
    public async Task The_script_of_a_plain_attempt_is_the_golden_one()
    {
        JobSpec spec =
            Specs.Valid("echo \"it's $NAME\"") with { Environment = [new("NAME", "wörld")], Timeout = TimeSpan.FromSeconds(90.5) };
        var attempt = new Attempt(new JobId(Guid.Parse("5f0c7a52-6b1e-4a51-9f57-3c1d8a9b0e21")), 2, spec);
        string script = WrapperScript.Render(
            attempt, new SiteProfile { ImageDirectories = ["/images"] }, WrapperPlace.Shared("/var/lib/scailfin/attempt"));
        Assert.Equal(
            script,
            WrapperScript.Render(
                attempt, new SiteProfile { ImageDirectories = ["/images"] }, WrapperPlace.Shared("/var/lib/scailfin/attempt")));
        if (Environment.GetEnvironmentVariable("SCAILFIN_UPDATE_GOLDEN") is { Length: > 0 } project)
            await File.WriteAllTextAsync(Path.Combine(project, "Golden/plain/wrapper.sh"), script, Cancellation);
        else
            Assert.Equal(
                await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden/plain/wrapper.sh"), Cancellation), script);
    }

    [Theory]
    [InlineData("@IMAGE@")]
    [InlineData("@WORKSPACE@")]
    [InlineData("@IDENTITY@")]
    [InlineData("'; touch \"$OLDPWD/x\" x; '")]
    [InlineData("$(touch x)`touch x`")]
    [InlineData("a\\'b \"c\" é")]
    public async Task No_text_of_a_user_breaks_out_of_its_place(string text)
    {
        string workspace = Directory.CreateDirectory(Path.Combine(_directory, $"ws {text.Replace('/', '_')}")).FullName;
        string files = Directory.CreateDirectory(Path.Combine(_directory, $"files {text.Replace('/', '_')}")).FullName;
        JobSpec spec = Specs.Valid("printf '%s|' \"$PWD\" \"$V\"") with
        {
            WorkflowWorkspace = workspace,
            DockerImage = text,
            Environment = [new("V", text)],
        };
        await WriteAsync(spec, Plain with { ImageDirectories = [text] }, files);
        Assert.Equal(0, await BashAsync("-n", new WrapperFiles(files).Script));
        Assert.Equal(0, await BashAsync(new WrapperFiles(files).Script));
        Assert.Equal($"{workspace}|{text}|", await File.ReadAllTextAsync(new WrapperFiles(files).Output, Cancellation));
        Assert.Equal(0, Receipt.Read(new WrapperFiles(files).Receipt)?.ExitCode);
        Assert.Empty(Directory.GetFiles(_directory, "x", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_went_wrong_is_told_in_a_receipt_that_can_be_read_whatever_the_image_is_called()
    {
        const string Image = "q\"u\\o'te @IMAGE@ é";
        JobSpec spec = Specs.Valid() with { WorkflowWorkspace = _directory, DockerImage = Image };
        await WriteAsync(spec, Plain with { Runtimes = ["bubblewrap"] }, _directory);
        Assert.Equal(127, await BashAsync(new WrapperFiles(_directory).Script));
        Receipt? receipt = Receipt.Read(new WrapperFiles(_directory).Receipt);
        Assert.Equal((127, "runtime"), (receipt?.ExitCode, receipt?.FailedPhase));
        Assert.Contains(Image, receipt?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BASH_FUNC_mkdir%%")]
    [InlineData("BASH_FUNC_read%%")]
    [InlineData("BASH_FUNC_[%%")]
    public async Task A_function_of_the_environment_is_not_called(string variable)
    {
        await WriteAsync(Specs.Valid("echo ran") with { WorkflowWorkspace = _directory, DockerImage = "" }, Plain, _directory);
        var start = new ProcessStartInfo("bash", [new WrapperFiles(_directory).Script]) { WorkingDirectory = _directory };
        start.Environment[variable] = "() { : >called; return 1; }";
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal("ran\n", await File.ReadAllTextAsync(new WrapperFiles(_directory).Output, Cancellation));
        Assert.False(File.Exists(Path.Combine(_directory, "called")));
    }

    [Fact]
    public void Nothing_of_the_command_or_the_environment_stands_readable_in_the_script()
    {
        JobSpec spec = Specs.Valid("echo commandtext") with { Environment = [new("VARIABLENAME", "variablevalue")] };
        string script = WrapperScript.Render(Specs.NewAttempt(spec), Plain, WrapperPlace.Shared("/d"));
        Assert.DoesNotContain("commandtext", script, StringComparison.Ordinal);
        Assert.DoesNotContain("VARIABLENAME", script, StringComparison.Ordinal);
        Assert.DoesNotContain("variablevalue", script, StringComparison.Ordinal);
    }

    private static async Task WriteAsync(JobSpec spec, SiteProfile profile, string directory) =>
        await File.WriteAllTextAsync(
            new WrapperFiles(directory).Script,
            WrapperScript.Render(Specs.NewAttempt(spec), profile, WrapperPlace.Shared(directory)),
            Cancellation);

    private async Task<int> BashAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("bash", arguments) { WorkingDirectory = _directory })!;
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }
}
