using System.Globalization;
using System.Runtime.InteropServices;

namespace Scailfin.Testing;

/// <summary>
/// A thread that swaps a directory for a link, atomically, again and again, as a step could that may write to the directory around it.
/// Uses of the directory are tried meanwhile.
/// </summary>
public sealed partial class SwappedDirectory : IAsyncDisposable
{
    private const int CurrentDirectory = -100;
    private const uint Exchange = 2;

    private readonly CancellationTokenSource _enough = new();
    private readonly Task _swapping;
    private readonly int _pause;

    /// <param name="directory">The directory that is swapped. It is back in its place in the end.</param>
    /// <param name="target">The directory that the link leads to.</param>
    /// <param name="pause">
    /// The longest time that the directory stays in its place, in spins of this machine: about that of one use, so that some uses succeed
    /// and some are halfway when the link comes. The link stays for a tenth.
    /// </param>
    /// <param name="user">The user who owns the link; null for this process's own.</param>
    public SwappedDirectory(string directory, string target, int pause, uint? user = null)
    {
        _pause = pause;
        string link = directory + ".link";
        File.CreateSymbolicLink(link, target);
        if (user is { } owner)
            Check(ChangeOwner(link, owner, owner), link);
        _swapping = Task.Factory.StartNew(
            () => Swap(directory, link), _enough.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// How often a directory is used while it is swapped, 500 times unless SCAILFIN_TEST_RACE_ROUNDS says otherwise. One round is one use.
    /// </summary>
    public static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable("SCAILFIN_TEST_RACE_ROUNDS"), CultureInfo.InvariantCulture, out int rounds)
            ? rounds
            : 500;

    /// <summary>
    /// Whether another round is due: those of <see cref="Rounds"/>, and more until all outcomes were seen, because a busy machine may let
    /// the swapping thread wait with the link, or the directory, in its place.
    /// </summary>
    /// <param name="round">The rounds so far.</param>
    /// <param name="seen">Whether all outcomes were seen.</param>
    public static bool IsDue(int round, bool seen) => round < Rounds || (!seen && round < 1_000_000);

    /// <summary>How often it was swapped and swapped back.</summary>
    public long Swaps { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await Eventually.EndAsync(_swapping, "the swapping ends");
        _enough.Dispose();
    }

    private void Swap(string directory, string link)
    {
        while (!_enough.IsCancellationRequested)
        {
            Thread.SpinWait(Random.Shared.Next(_pause));
            Check(Rename(CurrentDirectory, directory, CurrentDirectory, link, Exchange), directory);
            Thread.SpinWait(Random.Shared.Next(_pause / 10));
            Check(Rename(CurrentDirectory, directory, CurrentDirectory, link, Exchange), directory);
            Swaps++;
        }
    }

    private static void Check(int result, string path)
    {
        if (result != 0)
            throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
