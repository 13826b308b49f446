using System.Globalization;
using Scailfin.Core.Accounts;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Local.Accounts;

/// <summary>
/// As whom root's service runs the steps of a user: the login that <c>accounts</c> names, else an id that the user keeps for good and that
/// is nobody's login. Any other service runs all steps as itself.
/// </summary>
/// <param name="file">The ids given so far: a line each, <c>ID USER</c>.</param>
/// <param name="accounts">The logins of users.</param>
internal sealed class StepUsers(string file, UserAccounts accounts)
{
    /// <summary>The first id, far above those that systems give; and the first one where a user namespace has no such ids.</summary>
    private const uint First = 2_000_000_000, FirstInNamespace = 50_000;

    private const int LongestFile = 64 << 20;
    private const UnixFileMode OnlyMine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Lock _lock = new();
    private Dictionary<string, uint>? _ids;

    /// <summary>Returns the user of the steps of a job's owner; null if they run as the service.</summary>
    /// <param name="owner">The job's owner.</param>
    /// <param name="problem">Why no step can run for the owner, in one sentence; empty otherwise.</param>
    /// <exception cref="IOException">The ids cannot be read or stored, or the machine does not know the login now.</exception>
    public StepUser? Of(string owner, out string problem)
    {
        problem = "";
        if (!Environment.IsPrivilegedProcess)
            return null;
        if (accounts.LoginOf(owner) is not { } name)
        {
            uint id = IdOf(owner);
            return new StepUser(id, id);
        }

        Login login = Login.Find(name) ?? throw new IOException(
            $"'accounts' of the backends file says that user '{owner}' is '{name}', which this machine does not know now.");
        if (login.User != 0)
            return new StepUser(login.User, login.Group, name);
        problem = $"'accounts' of the backends file says that user '{owner}' is '{name}', which is root.";
        return null;
    }

    private uint IdOf(string owner)
    {
        lock (_lock)
        {
            _ids ??= Read();
            if (_ids.TryGetValue(owner, out uint id))
                return id;
            uint next = _ids.Count > 0 ? _ids.Values.Max() + 1 : IsMapped(First) ? First : FirstInNamespace;
            while (Login.NameOf(next) is not null)
                next++;
            var more = new Dictionary<string, uint>(_ids, StringComparer.Ordinal) { [owner] = next };
            Directory.CreateDirectory(Path.GetDirectoryName(file)!, OnlyMine);
            AttemptFiles.Write(file, string.Concat(more.Select(pair => $"{pair.Value} {pair.Key}\n")));
            _ids = more;
            return next;
        }
    }

    private Dictionary<string, uint> Read()
    {
        if (!Presence.OfFile(file))
            return new Dictionary<string, uint>(StringComparer.Ordinal);
        string[] lines = System.Text.Encoding.UTF8.GetString(RegularFile.ReadAll(file, LongestFile))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Select(line => line.Split(' ', 2))
            .ToDictionary(parts => parts[1], parts => uint.Parse(parts[0], CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }

    /// <summary>Whether this id, and those after it, exist in the service's user namespace: user_namespaces(7).</summary>
    private static bool IsMapped(uint id) => File.ReadLines("/proc/self/uid_map")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(words => (From: Number(words[0]), Length: Number(words[2])))
        .Any(range => range.From <= id && id + 1_000_000UL < range.From + range.Length);

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
