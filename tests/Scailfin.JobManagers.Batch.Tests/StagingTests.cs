using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Batch.Staging;
using Scailfin.JobWrapper.Receipts;

namespace Scailfin.JobManagers.Batch.Tests;

/// <summary>A workspace that is packed here and unpacked from an archive that is not to be trusted.</summary>
public sealed class StagingTests : IDisposable
{
    private readonly string _outside = Directory.CreateTempSubdirectory("scailfin-staging-").FullName;
    private readonly AttemptPlace _place;

    public StagingTests()
    {
        _place = new AttemptPlace(Path.Combine(_outside, "ws"), "job.1");
        Directory.CreateDirectory(_place.Workspace);
        AttemptFiles.MakeDirectory(_place);
    }

    public void Dispose() => Directory.Delete(_outside, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stop_is_noted_beside_a_claim_that_a_wrapper_has_made_as_a_file_or_as_a_directory(bool file)
    {
        if (file)
            File.WriteAllText(_place.Files.Claim, "1.2.3\n");
        else
            Directory.CreateDirectory(_place.Files.Claim);
        AttemptFiles.Bury(_place);
        Assert.True(File.Exists(_place.Tombstone));
        Assert.Equal(file, File.Exists(_place.Files.Claim));
    }

    [Fact]
    public void A_stop_keeps_the_nonce_and_the_script_can_be_run_no_more()
    {
        File.WriteAllText(_place.Files.Script, "#!/bin/bash\nnonce='00112233445566778899aabbccddeeff'\n");
        Assert.True(AttemptFiles.Bury(_place));
        Assert.False(AttemptFiles.Bury(_place));
        Assert.False(File.Exists(_place.Files.Script));
        Assert.Equal("00112233445566778899aabbccddeeff", AttemptFiles.NonceOf(_place));
    }

    [Fact]
    public void Of_a_file_that_cannot_be_written_to_its_end_nothing_stays()
    {
        using DirectoryHandle workspace = DirectoryHandle.Open(_place.Workspace);
        Assert.Throws<IOException>(() => workspace.MakeFile("half", file =>
        {
            file.Write(new byte[100_000]);
            throw new IOException("No space left on device");
        }));
        Assert.Null(workspace.Look("half"));
    }

    [Fact]
    public void What_is_packed_is_everything_but_our_own_folder_and_links_are_not_followed()
    {
        Write("a", "1");
        Write("d/b", "2");
        Directory.CreateDirectory(In("empty"));
        File.CreateSymbolicLink(In("link"), "/etc/passwd");
        File.CreateSymbolicLink(In("loop"), ".");
        InputArchive.Write(_place, TestContext.Current.CancellationToken);
        using var tar = new TarReader(File.OpenRead(_place.Files.InputArchive));
        var entries = new Dictionary<string, TarEntryType>();
        while (tar.GetNextEntry() is { } entry)
            entries[entry.Name.TrimEnd('/')] = entry.EntryType;
        Assert.Equal(["a", "d", "d/b", "empty", "link", "loop"], entries.Keys.Order());
        Assert.Equal(TarEntryType.SymbolicLink, entries["link"]);
    }

    [Fact]
    public void An_empty_workspace_needs_no_archive()
    {
        InputArchive.Write(_place, TestContext.Current.CancellationToken);
        Assert.False(File.Exists(_place.Files.InputArchive));
    }

    [Fact]
    public void Outputs_come_home_with_their_directories_and_again_changes_nothing()
    {
        Write("old", "before");
        InputArchive.Write(_place, TestContext.Current.CancellationToken);
        Pack(
            Plain("old", "after"), Plain("new/deep/file", "x"), Link("new/link", "deep/file"), Link("absolute", $"{_place.Workspace}/new"));
        for (int time = 0; time < 2; time++)
        {
            Unpacked outputs = Unpack();
            Assert.Null(outputs.Problem);
            Assert.Empty(outputs.Conflicts);
            Assert.Equal(4, outputs.Files);
            Assert.Equal("after", Read("old"));
            Assert.Equal("x", Read("new/link"));
        }

        Assert.Empty(Directory.GetFiles(_place.Directory, "incoming.*"));
    }

    [Fact]
    public void A_file_that_somebody_else_changed_meanwhile_stays_and_ours_is_kept_apart()
    {
        Write("shared", "at the start");
        InputArchive.Write(_place, TestContext.Current.CancellationToken);
        Write("shared", "theirs, longer");
        Write("fresh", "theirs too");
        Pack(Plain("shared", "ours"), Plain("fresh", "ours too"));
        Unpacked outputs = Unpack();
        Assert.Equal(["shared", "fresh"], outputs.Conflicts);
        Assert.Equal("theirs, longer", Read("shared"));
        Assert.Equal("ours", File.ReadAllText(Path.Combine(_place.Conflicts, "shared")));
        Assert.Equal(["shared", "fresh"], Unpack().Conflicts);
    }

    [Fact]
    public void The_same_content_from_two_steps_is_no_conflict()
    {
        InputArchive.Write(_place, TestContext.Current.CancellationToken);
        Write("both", "same");
        Pack(Plain("both", "same"));
        Assert.Empty(Unpack().Conflicts);
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/tmp/scailfin-escaped")]
    [InlineData("a/../../escaped")]
    [InlineData(".scailfin/job.1/wrapper.sh")]
    [InlineData("a//b")]
    public void A_path_that_is_not_in_the_workspace_ends_it(string name)
    {
        Pack(Plain(name, "evil"));
        Assert.Contains("does not lie in the workspace", Unpack().Problem, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_outside, "escaped")));
        Assert.False(File.Exists("/tmp/scailfin-escaped"));
    }

    [Theory]
    [InlineData("l", "/etc/passwd")]
    [InlineData("l", "..")]
    [InlineData("d/l", "../../x")]
    [InlineData("l", "here/..")]
    [InlineData("l", "")]
    public void A_link_that_may_lead_out_stays_behind(string name, string target)
    {
        Assert.False(OutputPath.LinkStaysInside(_place.Workspace, name, target));
        if (target.Length == 0)
            return;
        Pack(Link(name, target));
        Assert.Equal([name], Unpack().Refused);
        Assert.Null(new FileInfo(In(name)).LinkTarget);
    }

    [Fact]
    public void Nothing_is_written_through_a_link_that_is_there()
    {
        File.CreateSymbolicLink(In("out"), _outside);
        Pack(Plain("out/escaped", "evil"));
        Assert.Contains("is a link in the workspace", Unpack().Problem, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_outside, "escaped")));
    }

    [Fact]
    public void Too_much_is_refused_before_it_is_written()
    {
        Pack(Plain("big", new string('x', 5000)));
        using var archive = new OutputArchive(_place, WorkspaceSnapshot.Of([]), largest: 4999, CancellationToken.None);
        Unpacked outputs = archive.Unpack();
        Assert.Contains("output_limit_gb", outputs.Problem, StringComparison.Ordinal);
        Assert.False(File.Exists(In("big")));
    }

    [Fact]
    public void An_archive_of_nothing_has_an_end_at_least()
    {
        File.WriteAllBytes(_place.Files.OutputArchive, new byte[10240]);
        Assert.Null(Unpack().Problem);
        File.WriteAllBytes(_place.Files.OutputArchive, []);
        Assert.Equal("the archive of outputs is damaged: it has no end", Unpack().Problem);
    }

    [Fact]
    public void A_copy_of_another_size_or_digest_than_was_sent_is_not_touched()
    {
        Pack(Plain("a", "1"));
        byte[] whole = File.ReadAllBytes(_place.Files.OutputArchive);
        string digest = Convert.ToHexStringLower(SHA256.HashData(whole));
        foreach ((ReceiptArchive sent, string problem) in new[]
        {
            (new ReceiptArchive(whole.Length + 512, digest), $"{whole.Length} of the archive's {whole.Length + 512} bytes arrived"),
            (new ReceiptArchive(whole.Length, new string('0', 64)), "their digests differ"),
        })
        {
            using var archive = new OutputArchive(_place, WorkspaceSnapshot.Of([]), 1 << 20, TestContext.Current.CancellationToken);
            Assert.Contains(problem, archive.Unpack(sent).Problem, StringComparison.Ordinal);
            Assert.False(File.Exists(In("a")));
        }

        using var good = new OutputArchive(_place, WorkspaceSnapshot.Of([]), 1 << 20, TestContext.Current.CancellationToken);
        Assert.Null(good.Unpack(new ReceiptArchive(whole.Length, digest)).Problem);
        Assert.Equal("1", Read("a"));
        File.Delete(_place.Files.OutputArchive);
        Assert.Equal(
            $"the archive of {whole.Length} bytes that was sent did not arrive",
            good.Unpack(new ReceiptArchive(whole.Length, digest)).Problem);
    }

    [Fact]
    public void An_archive_that_was_cut_between_two_entries_is_damaged()
    {
        Pack(Plain("a", "1"), Plain("b", "2"));
        byte[] whole = File.ReadAllBytes(_place.Files.OutputArchive);
        File.WriteAllBytes(_place.Files.OutputArchive, whole[..^1024]);
        Assert.Equal("the archive of outputs is damaged: it has no end", Unpack().Problem);
    }

    [Fact]
    public void A_damaged_archive_is_a_problem_and_no_exception()
    {
        Pack(Plain("a", new string('x', 100_000)));
        byte[] whole = File.ReadAllBytes(_place.Files.OutputArchive);
        foreach (int length in new[] { 100, 600, 50_000 })
        {
            File.WriteAllBytes(_place.Files.OutputArchive, whole[..length]);
            Assert.Contains("damaged", Unpack().Problem, StringComparison.Ordinal);
        }

        Random.Shared.NextBytes(whole);
        File.WriteAllBytes(_place.Files.OutputArchive, whole);
        Assert.NotNull(Unpack().Problem);
    }

    [Fact]
    public void A_snapshot_survives_any_name()
    {
        var files = new Dictionary<string, FileState> { ["a b\nc\""] = new(1, 2), ["ü/\u0001"] = new(3, 4) };
        WorkspaceSnapshot read = WorkspaceSnapshot.Parse(WorkspaceSnapshot.Of(files).ToText());
        Assert.All(files, pair => Assert.Equal(pair.Value, read[pair.Key]));
    }

    private static PaxTarEntry Plain(string name, string content) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    private static PaxTarEntry Link(string name, string target) => new(TarEntryType.SymbolicLink, name) { LinkName = target };

    private void Pack(params PaxTarEntry[] entries)
    {
        using var tar = new TarWriter(File.Create(_place.Files.OutputArchive));
        foreach (PaxTarEntry entry in entries)
            tar.WriteEntry(entry);
    }

    private Unpacked Unpack()
    {
        WorkspaceSnapshot snapshot =
            File.Exists(_place.Snapshot) ? WorkspaceSnapshot.Parse(File.ReadAllText(_place.Snapshot)) : WorkspaceSnapshot.Of([]);
        using var archive = new OutputArchive(_place, snapshot, 1L << 30, TestContext.Current.CancellationToken);
        return archive.Unpack();
    }

    private string In(string name) => Path.Combine(_place.Workspace, name);

    private string Read(string name) => File.ReadAllText(In(name));

    private void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(name))!);
        File.WriteAllText(In(name), content);
    }
}
