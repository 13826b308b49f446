using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;

namespace Scailfin.Core.Storage;

/// <summary>
/// Keeps long texts in files, one a job: mode 0600, in a directory of mode 0700. A file is durable before the row of its job is written,
/// and its name has the digest of its content: a request that repeats another one's key with other texts never replaces them.
/// </summary>
/// <param name="directory">The directory; made when the first file is.</param>
public sealed class SpecFiles(string directory) : ISpecTexts, IDisposable
{
    private const UnixFileMode OnlyMine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The end of the names of files that are being written.</summary>
    private const string Unfinished = ".new";

    /// <summary>Writing waits for the disk, and holds a thread and a copy of the texts meanwhile.</summary>
    private readonly SemaphoreSlim _writers = new(4);

    /// <inheritdoc/>
    public async Task<JobSpec> KeepAsync(JobId id, JobSpec spec, CancellationToken cancellationToken)
    {
        if (spec.Kept is not null || spec.TextsLength <= SpecTexts.LongestInRow)
            return spec;
        await _writers.WaitAsync(cancellationToken);
        try
        {
            return Keep(id, spec);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JobStoreUnavailableException(
                $"The command and the environment of the job cannot be written to '{directory}': {exception.Message}", exception);
        }
        finally
        {
            _writers.Release();
        }
    }

    /// <inheritdoc/>
    public Job Adopt(Job job)
    {
        if (job.Spec.Kept is not null || job.Spec.TextsLength <= SpecTexts.LongestInRow)
            return job;
        try
        {
            return job with { Spec = Keep(job.Id, job.Spec) };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return job;
        }
    }

    /// <inheritdoc/>
    public void Remove(JobSpec spec)
    {
        if (spec.Kept is not KeptFile file)
            return;
        using var folder = DirectoryHandle.Open(directory);
        folder.Remove(file.Name);
    }

    /// <inheritdoc/>
    public void Sweep(IReadOnlyList<Job> jobs)
    {
        if (!Presence.OfDirectory(directory))
            return;
        HashSet<string> wanted = [.. jobs.Select(job => job.Spec.Kept?.Name).OfType<string>()];
        using var folder = DirectoryHandle.Open(directory);
        foreach (string name in folder.Names().Where(name => !wanted.Contains(name)))
            folder.Remove(name);
    }

    /// <summary>Returns the specification of a row that names the file of its texts.</summary>
    /// <param name="spec">The rest of the specification.</param>
    /// <param name="name">The name in the row.</param>
    /// <param name="length">Bytes of the texts.</param>
    public JobSpec Named(JobSpec spec, string name, long length) => spec.KeptAs(new KeptFile(directory, name, length));

    /// <summary>Whether texts are in a file of this directory, and its name.</summary>
    public bool Has(IKeptTexts? kept, [NotNullWhen(true)] out string? name)
    {
        name = kept is KeptFile file && file.Directory == directory ? file.Name : null;
        return name is not null;
    }

    /// <inheritdoc/>
    public void Dispose() => _writers.Dispose();

    private JobSpec Keep(JobId id, JobSpec spec)
    {
        byte[] content = SpecTextsFormat.Write(spec.Texts);
        string name = $"{id}-{KeptFile.DigestOf(content)}";
        MakeDirectory();
        using var folder = DirectoryHandle.Open(directory);
        if (folder.Look(name) is null)
        {
            string aside = $"{name}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}{Unfinished}";
            folder.MakeFile(aside, file =>
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            });
            folder.Move(aside, folder, name);
            folder.Sync();
        }

        return Named(spec, name, spec.TextsLength);
    }

    /// <summary>Makes the directory, durably: the files in it are not found without its own name.</summary>
    private void MakeDirectory()
    {
        if (Presence.OfDirectory(directory))
            return;
        Directory.CreateDirectory(directory, OnlyMine);
        using var parent = DirectoryHandle.Open(Path.GetDirectoryName(directory)!);
        parent.Sync();
    }
}
