using System.Text;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Batch.Staging;
using Scailfin.Testing.Fuzzing;

namespace Scailfin.JobManagers.Batch.Tests;

/// <summary>An archive of outputs comes from a node, and a step may have written it.</summary>
[Collection("fuzz")]
public sealed class ArchiveFuzzTests : IDisposable
{
    private const int Block = 512;
    private const int LargestOutput = 1 << 20;

    private readonly string _outside = Directory.CreateTempSubdirectory("scailfin-archives-").FullName;
    private readonly AttemptPlace _place;

    public ArchiveFuzzTests() => _place = new AttemptPlace(Path.Combine(_outside, "ws"), "job.1");

    public void Dispose() => Directory.Delete(_outside, recursive: true);

    [Fact]
    public Task Any_archive_is_unpacked_into_the_workspace_or_refused_with_a_sentence() =>
        new FuzzRun(
            "archives",
            ["ustar\0", "../", "/etc/", ".scailfin/", "././@LongLink", "30 path=", "20 size=", "PaxHeaders/", "\0\0\0\0\0\0\0\0"])
        {
            MostBytes = 4 << 20,
            MostBytesPerByte = 400,
        }.ReadAsync(300, input =>
        {
            Directory.CreateDirectory(_place.Workspace);
            AttemptFiles.MakeDirectory(_place);
            Repair(input);
            File.WriteAllBytes(_place.Files.OutputArchive, input);
            using (var archive = new OutputArchive(_place, WorkspaceSnapshot.Of([]), LargestOutput, TestContext.Current.CancellationToken))
            {
                Unpacked outputs = archive.Unpack();
                Assert.InRange(outputs.Problem?.Length ?? 0, 0, 2000);
            }

            Assert.Equal(["ws"], Directory.EnumerateFileSystemEntries(_outside).Select(Path.GetFileName));
            using DirectoryHandle outside = DirectoryHandle.Open(_outside);
            using DirectoryHandle? workspace = outside.Enter("ws");
            bool any = workspace!.Names().Count > 1;
            outside.RemoveAll("ws");
            return any;
        });

    /// <summary>Most headers get a right checksum, so that what is behind the first one is read, too.</summary>
    private static void Repair(byte[] archive)
    {
        for (int at = 0; at + Block <= archive.Length; at += Block)
        {
            Span<byte> header = archive.AsSpan(at, Block);
            if (!header[257..].StartsWith("ustar"u8) || header[Block - 1] != 0)
                continue;
            header.Slice(148, 8).Fill((byte)' ');
            int sum = 0;
            foreach (byte one in header)
                sum += one;
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
        }
    }
}
