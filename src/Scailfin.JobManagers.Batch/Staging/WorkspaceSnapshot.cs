using System.Globalization;
using System.Text;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>
/// The state of each file of a workspace when it was packed: a file that another program changes while the step runs is detected when
/// the step's version is retrieved.
/// </summary>
internal sealed class WorkspaceSnapshot
{
    private readonly Dictionary<string, FileState> _files;

    private WorkspaceSnapshot(Dictionary<string, FileState> files) => _files = files;

    /// <summary>The state of a file by its raw path; null if there was no such file.</summary>
    public FileState? this[string path] => _files.TryGetValue(path, out FileState state) ? state : null;

    public static WorkspaceSnapshot Of(IEnumerable<KeyValuePair<string, FileState>> files) =>
        new(new Dictionary<string, FileState>(files, StringComparer.Ordinal));

    /// <summary>Writes one line per file; names are encoded, because they may be any bytes.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach ((string path, FileState state) in _files)
            text.Append(
                CultureInfo.InvariantCulture, $"{state.Size} {state.ModifiedAt} {Convert.ToBase64String(RawName.Bytes(path))}\n");
        return text.ToString();
    }

    /// <exception cref="FormatException">The text is not a snapshot that this service wrote.</exception>
    public static WorkspaceSnapshot Parse(string text)
    {
        var files = new Dictionary<string, FileState>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ') is not [var size, var modified, var name])
                throw new FormatException("The snapshot of the workspace is damaged.");
            var state = new FileState(long.Parse(size, CultureInfo.InvariantCulture), long.Parse(modified, CultureInfo.InvariantCulture));
            files[RawName.Of(Convert.FromBase64String(name))] = state;
        }

        return new WorkspaceSnapshot(files);
    }
}
