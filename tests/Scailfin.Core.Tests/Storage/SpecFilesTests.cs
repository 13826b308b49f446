using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Storage;

/// <summary>Long texts in files.</summary>
public sealed class SpecFilesTests : IDisposable
{
    private const UnixFileMode OnlyMine = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"scailfin-specs-{Guid.NewGuid():N}");
    private readonly SpecFiles _files;

    public SpecFilesTests() => _files = new SpecFiles(_directory);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _files.Dispose();
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Texts_above_a_kilobyte_lie_in_a_file_that_only_the_service_may_read()
    {
        JobSpec spec = Long("echo é漢🚀; ");
        JobSpec kept = await _files.KeepAsync(JobId.New(), spec, Cancellation);
        string file = Assert.Single(Directory.GetFiles(_directory));
        Assert.Equal(OnlyMine | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory));
        Assert.Equal(OnlyMine, File.GetUnixFileMode(file));
        Assert.Equal((Path.GetFileName(file), spec.TextsLength), (kept.Kept?.Name, kept.TextsLength));
        Assert.Equal((spec.Command, spec.PrettifiedCommand), (kept.Command, kept.PrettifiedCommand));
        Assert.Equal(spec.Environment, kept.Environment);
        using CommandReader command = kept.Kept!.OpenCommand();
        byte[] bytes = new byte[spec.TextsLength];
        int read = 0;
        while (command.Read(bytes.AsSpan(read, Math.Min(7, bytes.Length - read))) is > 0 and int more)
            read += more;
        Assert.Equal(spec.Command, System.Text.Encoding.UTF8.GetString(bytes, 0, read));
    }

    [Fact]
    public async Task Short_texts_stay_in_the_snapshot()
    {
        JobSpec spec = Specs.Valid() with { Command = new string('x', SpecTexts.LongestInRow - 10), Environment = [] };
        Assert.Same(spec, await _files.KeepAsync(JobId.New(), spec, Cancellation));
        Assert.False(Directory.Exists(_directory));
    }

    [Fact]
    public async Task A_file_that_was_changed_cut_or_removed_is_an_error_that_names_it_and_never_another_command()
    {
        JobSpec kept = await _files.KeepAsync(JobId.New(), Long("echo a; "), Cancellation);
        string file = Assert.Single(Directory.GetFiles(_directory));
        byte[] content = await File.ReadAllBytesAsync(file, Cancellation);
        byte[] changed = [.. content];
        changed[100] ^= 1;
        foreach (byte[] damaged in (byte[][])[changed, content[..500], []])
        {
            await File.WriteAllBytesAsync(file, damaged, Cancellation);
            Refuses();
        }

        File.Delete(file);
        Refuses();

        void Refuses() => Assert.Contains(
            file, Assert.Throws<JobStoreUnavailableException>(() => kept.Command).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_no_job_and_those_that_were_never_finished_are_swept()
    {
        JobId id = JobId.New();
        JobSpec kept = await _files.KeepAsync(id, Long("echo mine; "), Cancellation);
        await _files.KeepAsync(JobId.New(), Long("echo nobody's; "), Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_directory, "half.new"), "half", Cancellation);
        _files.Sweep([Specs.NewJob() with { Id = id, Spec = kept }, Specs.NewJob()]);
        Assert.Equal(kept.Kept!.Name, Path.GetFileName(Assert.Single(Directory.GetFiles(_directory))));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_said_with_its_name()
    {
        await File.WriteAllTextAsync(_directory, "", Cancellation);
        try
        {
            var refusal = await Assert.ThrowsAsync<JobStoreUnavailableException>(
                () => _files.KeepAsync(JobId.New(), Long("echo a; "), Cancellation));
            Assert.Contains(_directory, refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(_directory);
        }
    }

    private static JobSpec Long(string line) => Specs.Valid() with
    {
        Command = string.Concat(Enumerable.Repeat(line, 500)),
        PrettifiedCommand = $"pretty {line}",
        Environment = [new("A", "1"), new("B", line), new("A", "2")],
    };
}
