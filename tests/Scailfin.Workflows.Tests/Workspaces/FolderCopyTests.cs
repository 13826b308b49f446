using System.Diagnostics;
using Scailfin.Testing;
using Scailfin.Workflows.Workspaces;

namespace Scailfin.Workflows.Tests.Workspaces;

/// <summary>Outputs are written by a job: what is no regular file is neither waited for nor copied.</summary>
public sealed class FolderCopyTests : IDisposable
{
    private readonly string _from = Directory.CreateTempSubdirectory("scailfin-from-").FullName;
    private readonly string _to = Directory.CreateTempSubdirectory("scailfin-to-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(_from, recursive: true);
        Directory.Delete(_to, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pipe_is_refused_with_its_name_and_not_waited_for(bool isInFolder)
    {
        string pipe = Path.Combine(Directory.CreateDirectory(Path.Combine(_from, "out")).FullName, "pipe");
        using (var make = Process.Start(new ProcessStartInfo("mkfifo") { ArgumentList = { pipe } })!)
            await make.WaitForExitAsync(Cancellation);
        Task<WorkflowFileException> copy = Task.Run(() => Assert.Throws<WorkflowFileException>(() => Copy(isInFolder)), Cancellation);
        Assert.Equal(
            $"'{pipe}' is a pipe, but must be a regular file.", (await Eventually.EndAsync(copy, "the copy is refused")).Message);
    }

    [Fact]
    public void A_file_keeps_its_content_and_its_mode_and_replaces_what_is_there()
    {
        string source = Path.Combine(_from, "run.sh"), target = Path.Combine(_to, "run.sh");
        byte[] content = new byte[3 << 20];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(source, content);
        File.SetUnixFileMode(source, (UnixFileMode)0b111_101_000);
        File.WriteAllText(target, "old");
        new FolderCopy(_from, _to).File("run.sh");
        Assert.Equal(content, File.ReadAllBytes(target));
        Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(target));
    }

    [Fact]
    public async Task A_pipe_where_the_copy_is_to_be_is_refused_and_not_waited_for()
    {
        string target = Path.Combine(_to, "a");
        File.WriteAllText(Path.Combine(_from, "a"), "content");
        using (var make = Process.Start(new ProcessStartInfo("mkfifo") { ArgumentList = { target } })!)
            await make.WaitForExitAsync(Cancellation);
        Task<WorkflowFileException> copy =
            Task.Run(() => Assert.Throws<WorkflowFileException>(() => new FolderCopy(_from, _to).File("a")), Cancellation);
        Assert.Contains("is a pipe", (await Eventually.EndAsync(copy, "the copy is refused")).Message);
    }

    private void Copy(bool isInFolder)
    {
        var copy = new FolderCopy(_from, _to);
        if (isInFolder)
            copy.Folder("out", Cancellation);
        else
            copy.File("out/pipe");
    }
}
