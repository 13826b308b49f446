using System.Diagnostics;
using System.Text;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Batch.Staging;
using Scailfin.JobWrapper;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Batch.Tests;

/// <summary>
/// Root's service uses the workspace of a user who swaps it, meanwhile, for a link to what is not his: with each use it has that user's
/// rights and no others. HTCondor's manager has no other way to a workspace than these.
/// </summary>
public sealed class WorkspaceRaceTests : IDisposable
{
    private const uint Anna = 12345;
    private const uint Bert = 12346;
    private const string Secret = "the secret\n";

    private static readonly (string What, Func<AttemptPlace, string?> Do)[] Uses =
    [
        ("make the attempt's directory and script", place =>
        {
            AttemptFiles.MakeDirectory(place);
            AttemptFiles.Write(place.Files.Script, "nonce='00112233445566778899aabbccddeeff'\n");
            return null;
        }),
        ("pack the inputs", place =>
        {
            AttemptFiles.MakeDirectory(place);
            InputArchive.Write(place, CancellationToken.None);
            return null;
        }),
        ("read the log", place => MainStream.ReadAll(place.Files.Output, 1000)),
        ("read the nonce", AttemptFiles.NonceOf),
        ("unpack the outputs", place =>
        {
            using var archive = new OutputArchive(place, WorkspaceSnapshot.Of([]), 1 << 20, CancellationToken.None);
            return string.Join(' ', archive.Unpack().Conflicts);
        }),
        ("read the inputs that were packed", place => Presence.OfRegularFile(place.Files.InputArchive)
            ? Encoding.Latin1.GetString(File.ReadAllBytes(place.Files.InputArchive))
            : null),
        ("bury the attempt", place => $"{AttemptFiles.Bury(place)}"),
        ("remove the attempt", place =>
        {
            AttemptFiles.Remove(place);
            return null;
        }),
    ];

    private readonly string _home = Directory.CreateTempSubdirectory("scailfin-race-").FullName;

    public WorkspaceRaceTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root makes directories of other users.");
        Run("chmod", "755", _home);
        Directory.CreateDirectory(In("anna/ws"));
        File.WriteAllText(In("anna/ws/input"), "mine\n");
        MakeVictim("root", 0);
        MakeVictim("bert", Bert);
        Run("chown", "-R", $"{Anna}:{Anna}", In("anna"));
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("root")]
    [InlineData("bert")]
    public async Task However_a_workspace_is_swapped_roots_service_touches_nothing_that_its_owner_could_not(string victim)
    {
        string before = PictureOf(victim);
        var place = new AttemptPlace(In("anna/ws"), "job.1");
        int[] done = new int[Uses.Length];
        await using (var swapping = new SwappedDirectory(place.Workspace, In(victim), pause: 50_000, Anna))
        {
            for (int round = 0; SwappedDirectory.IsDue(round, done.All(times => times > 0)); round++)
            {
                (string what, Func<AttemptPlace, string?> use) = Uses[round % Uses.Length];
                try
                {
                    string? read = WorkspaceOwner.Do(place.Workspace, () => use(place));
                    Assert.False(read?.Contains(Secret, StringComparison.Ordinal) == true, $"round {round} ({what}): {read}");
                    done[round % Uses.Length]++;
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
                {
                    // The link stood there, or appeared meanwhile.
                }
            }

            Figures.Add(
                $"race, root's service, a link to {victim}'s: {done.Sum()} uses succeeded, "
                    + $"{swapping.Swaps} swaps");
        }

        Assert.Equal(before, PictureOf(victim));
        Assert.All(done, times => Assert.True(times > 0));
        Assert.Equal("", Output("find", In("anna"), "!", "-uid", $"{Anna}"));
        Assert.Equal("", Output("grep", "-rl", Secret.TrimEnd(), In("anna")));
    }

    [Fact]
    public void What_the_group_of_root_may_read_is_not_read_for_a_user()
    {
        File.WriteAllText(In("anna/log"), Secret);
        Run("chmod", "640", In("anna/log"));
        Run("chown", "0:0", In("anna/log"));

        // As the root of most machines is.
        using var rights = new ThreadRights(0, 0, 0);
        Assert.Throws<UnauthorizedAccessException>(() => WorkspaceOwner.Do(In("anna/ws"), () => MainStream.ReadAll(In("anna/log"), 1000)));
        Assert.Equal(Secret, MainStream.ReadAll(In("anna/log"), 1000));
    }

    /// <summary>A workspace of somebody else, with all that the service would look for, open to its owner and his group.</summary>
    private void MakeVictim(string name, uint user)
    {
        var place = new AttemptPlace(In(name), "job.1");
        AttemptFiles.MakeDirectory(place);
        foreach (string file in (string[])["input", ".scailfin/events.log", .. Mine().Select(file => $".scailfin/job.1/{file}")])
            File.WriteAllText(In($"{name}/{file}"), $"nonce='{Secret}'\n");
        Run("chown", "-R", $"{user}:0", In(name));
        Run("chmod", "-R", "u=rwX,g=rwX,o=", In(name));

        static string[] Mine() =>
        [
            WrapperFiles.ScriptName, WrapperFiles.InputArchiveName, WrapperFiles.OutputArchiveName, "output", "stdout", "stderr",
            "receipt.json", "wrapper.log", "snapshot", "submitting",
        ];
    }

    private string PictureOf(string name) => Output("find", In(name), "-printf", "%p %U:%G %m %s %T@ %C@ %i\\n");

    private string In(string path) => Path.Combine(_home, path);

    private static void Run(string program, params string[] arguments) => Output(program, arguments);

    private static string Output(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 || program == "grep", $"{program}: {process.ExitCode}");
        return output;
    }
}
