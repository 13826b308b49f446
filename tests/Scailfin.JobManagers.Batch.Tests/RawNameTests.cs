using System.Text;
using Scailfin.Core.Processes;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Batch.Staging;

namespace Scailfin.JobManagers.Batch.Tests;

/// <summary>Names of files are bytes; tar itself is the other side.</summary>
public sealed class RawNameTests : IDisposable
{
    /// <summary>Makes files whose names are no UTF-8, long, odd; and links to such.</summary>
    private const string MakeFiles = """
        printf 1 >$'caf\xe9.dat'; mkdir $'m\xfcll'; printf 2 >$'m\xfcll/line\nbreak'; ln -s $'caf\xe9.dat' $'l\xefnk'
        printf 3 >"$(printf 'n%.0s' {1..150})"; d=$(printf 'd%.0s' {1..120}); mkdir -p "$d/$d"; printf 4 >"$d/$d/$d"
        ln -s "$d/$d/$d" long; printf 5 >é; mkdir empty; chmod 750 é
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("scailfin-names-").FullName;
    private readonly AttemptPlace _place;

    public RawNameTests()
    {
        _place = new AttemptPlace(Path.Combine(_folder, "ws"), "job.1");
        Directory.CreateDirectory(_place.Workspace);
        AttemptFiles.MakeDirectory(_place);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        using DirectoryHandle parent = DirectoryHandle.Open(Path.GetDirectoryName(_folder)!);
        parent.RemoveAll(Path.GetFileName(_folder));
    }

    [Fact]
    public async Task Every_name_reaches_the_node_as_the_bytes_that_it_is()
    {
        await BashAsync($"cd ws; {MakeFiles}");
        InputArchive.Write(_place, Cancellation);
        await BashAsync($"mkdir there; tar -C there -xf ws/.scailfin/job.1/input.tar; diff -r --exclude=.scailfin ws there");
        Assert.Equal(await PictureAsync("ws"), await PictureAsync("there"));
        const string Times =
            "find . -mindepth 1 -path ./.scailfin -prune -o -type f -printf '%T@ %P\\0' | cut -zc1-18 | sort -z | base64 -w0";
        Assert.Equal(await BashAsync($"cd ws; {Times}"), await BashAsync($"cd there; {Times}"));
    }

    [Theory]
    [InlineData("gnu")]
    [InlineData("pax")]
    [InlineData("posix")]
    public async Task Every_name_comes_home_as_the_bytes_that_it_is(string format)
    {
        await BashAsync($"mkdir there; cd there; {MakeFiles}; tar --format={format} -cf ../ws/.scailfin/job.1/output.tar ./*");
        using var archive = new OutputArchive(_place, WorkspaceSnapshot.Of([]), 1 << 20, Cancellation);
        Unpacked outputs = archive.Unpack();
        Assert.Null(outputs.Problem);
        Assert.Empty(outputs.Refused);
        Assert.Equal(await PictureAsync("there"), await PictureAsync("ws"));
    }

    [Fact]
    public async Task A_file_under_such_a_name_that_somebody_else_changed_is_a_conflict_and_kept_apart_under_it()
    {
        await BashAsync("cd ws; printf old >$'caf\\xe9'");
        InputArchive.Write(_place, Cancellation);
        await BashAsync("printf theirs >$'ws/caf\\xe9'; mkdir there; printf ours! >$'there/caf\\xe9'; "
            + "tar -C there -cf ws/.scailfin/job.1/output.tar .");
        WorkspaceSnapshot snapshot = WorkspaceSnapshot.Parse(await File.ReadAllTextAsync(_place.Snapshot, Cancellation));
        using var archive = new OutputArchive(_place, snapshot, 1 << 20, Cancellation);
        Assert.Equal(["caf?"], archive.Unpack().Conflicts);
        await BashAsync("grep -qx theirs $'ws/caf\\xe9'; grep -qx ours! $'ws/.scailfin/conflicts/job.1/caf\\xe9'");
    }

    [Fact]
    public async Task A_file_larger_than_8_GB_has_its_size_in_the_archive()
    {
        string file = Path.Combine(_folder, "big.tar");
        await using (FileStream stream = File.Create(file))
        {
            using var tar = new TarOutput(stream);
            tar.Write(new TarEntry('0', "big", "", 10L << 30, UnixFileMode.UserRead, DateTime.UnixEpoch));
        }

        await using FileStream read = File.OpenRead(file);
        Assert.Equal(10L << 30, new TarInput(read).Next()!.Size);
        Assert.Contains("10737418240", (await BashAsync("tar -tvf big.tar 2>/dev/null || :")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_is_exchanged_for_a_link_is_not_followed()
    {
        using DirectoryHandle workspace = DirectoryHandle.Open(_place.Workspace);
        Directory.CreateDirectory(Path.Combine(_folder, "outside"));
        File.CreateSymbolicLink(Path.Combine(_place.Workspace, "d"), Path.Combine(_folder, "outside"));
        Assert.Throws<NotADirectoryException>(() => workspace.Enter("d"));
        using var parents = new OutputParents(workspace);
        Assert.Null(parents.Of("d/file", out string? problem));
        Assert.Equal("the archive of outputs has the path 'd/file', but 'd' is a link in the workspace", problem);
    }

    private Task<string> PictureAsync(string folder) => BashAsync(
        $"cd {folder}; find . -mindepth 1 -path ./.scailfin -prune -o -type l -printf '%p -> %l\\0' -o -printf '%p %y %m\\0' "
            + "| sort -z | base64 -w0");

    private async Task<string> BashAsync(string script)
    {
        CommandResult result = await new Command("bash", ["-ec", $"cd '{_folder}'; {script}"], TimeSpan.FromMinutes(5))
            .RunAsync(TimeProvider.System, Cancellation);
        Assert.True(result.ExitCode == 0, $"{result.ExitCode}: {result.Complaint} {Encoding.UTF8.GetString(result.Output)}");
        return Encoding.UTF8.GetString(result.Output);
    }
}
