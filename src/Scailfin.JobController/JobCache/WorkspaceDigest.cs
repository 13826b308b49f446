using System.Security.Cryptography;
using System.Text;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobController.JobCache;

/// <summary>The digest of the files that a job found in its workspace (contract C.14).</summary>
internal static class WorkspaceDigest
{
    private const int Block = 4096;
    private const int Chunk = 64 * Block;

    /// <summary>MD5 over the hexadecimal MD5s of each block of each file; null if a file cannot be read: then nothing matches.</summary>
    public static string? Compute(string workspace, CancellationToken cancellationToken)
    {
        if (!Path.Exists(workspace))
            return null;
        try
        {
            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            var inside = new WorkspacePath([workspace]);
            byte[] chunk = new byte[Chunk];
            foreach (WalkedDirectory directory in WorkspaceFiles.Walk(workspace, cancellationToken))
            {
                foreach (string name in directory.Files)
                    Add(digest, Path.Combine(directory.Path, name), inside, chunk, cancellationToken);
            }

            return Convert.ToHexStringLower(digest.GetHashAndReset());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Add(IncrementalHash digest, string path, WorkspacePath inside, byte[] chunk, CancellationToken cancellationToken)
    {
        FileSystemInfo file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            if (inside.Problem(path) is not null)
                throw new IOException("a link leads out of the workspace");
            file = file.ResolveLinkTarget(returnFinalTarget: true)!;
        }

        // An empty file adds nothing; and an entry of length 0 may be a pipe, and opening a pipe waits for a writer.
        if (file is FileInfo { Length: 0 })
            return;
        using var stream = new FileStream(path, new FileStreamOptions { BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete });
        int length;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            length = stream.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
            for (int start = 0; start < length; start += Block)
                digest.AppendData(Encoding.ASCII.GetBytes(UpstreamDigest.Of(chunk.AsSpan(start, Math.Min(Block, length - start)))));
        }
        while (length == chunk.Length);
    }
}
