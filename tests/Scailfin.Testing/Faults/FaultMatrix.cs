using System.Globalization;
using Xunit;

namespace Scailfin.Testing.Faults;

/// <summary>One fault of the matrix.</summary>
/// <param name="Place">The place whose calls fail.</param>
/// <param name="Error">What they fail with.</param>
/// <param name="Once">Whether only the first call fails; else all do, for good.</param>
public sealed record Fault(string Place, FileError Error, bool Once)
{
    public override string ToString() => $"{Place} {Error} {(Once ? "once" : "for good")} (SCAILFIN_TEST_SEED={FaultMatrix.Seed})";
}

/// <summary>
/// The faults that an action can meet: each place that a run without faults touched, with each error, once and for good. Where a fault
/// takes a job of its own, an ordinary run of the tests takes a part of them, which its seed chooses; with SCAILFIN_TEST_ALL_FAULTS=true
/// all.
/// </summary>
public static class FaultMatrix
{
    /// <summary>The seed of this run: SCAILFIN_TEST_SEED, or a random one.</summary>
    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("SCAILFIN_TEST_SEED"), CultureInfo.InvariantCulture, out int given)
            ? given
            : Random.Shared.Next(1_000_000);

    private static bool TakesAll => Environment.GetEnvironmentVariable("SCAILFIN_TEST_ALL_FAULTS") == "true";

    /// <summary>All faults at the places that were met since <see cref="FaultInjector.Begin"/>.</summary>
    public static IReadOnlyList<Fault> Of(FaultInjector injector)
    {
        IReadOnlyList<string> places = injector.Places;
        Assert.True(places.Count > 2, string.Join('\n', places));
        return [.. places.SelectMany(FaultsAt)];
    }

    /// <summary>One fault at each of these places, where each fault takes a job of its own; or all.</summary>
    public static IReadOnlyList<Fault> InTurn(FaultInjector injector)
    {
        IReadOnlyList<Fault> all = Of(injector);
        int each = all.Count / injector.Places.Count;
        return TakesAll ? all : [.. all.Where((_, at) => at % each == (Seed + (at / each)) % each)];
    }

    /// <summary>So many of these, or all: where each one takes a wrapper, or a service, of its own.</summary>
    public static IReadOnlyList<T> Some<T>(IReadOnlyList<T> all, int count)
    {
        T[] some = [.. all];
        if (TakesAll)
            return some;
        new Random(Seed).Shuffle(some);
        return some[..Math.Min(count, some.Length)];
    }

    /// <summary>All faults at one place.</summary>
    public static IEnumerable<Fault> FaultsAt(string place) =>
        from error in FaultInjector.Errors
        from once in (bool[])[false, true]
        select new Fault(place, error, once);

    /// <summary>Does something with each fault, and checks the result unless an exception said what cannot be read or written.</summary>
    /// <param name="injector">The injector.</param>
    /// <param name="act">What is done; first without a fault, for the list of places.</param>
    /// <param name="check">Checks a result; the second argument names the fault.</param>
    public static async Task EachAsync<T>(FaultInjector injector, Func<Task<T>> act, Action<T, string> check)
    {
        injector.Begin();
        await act();
        foreach (Fault fault in Of(injector))
        {
            T? result = default;
            (int hits, Exception? failure) = await injector.WithAsync(fault, async () => result = await act());
            Assert.True(failure is null || hits > 0, $"{fault}: nothing was made to fail, but: {failure}");
            if (failure is null)
                check(result!, $"{fault}, {hits} times");
        }
    }

    /// <summary>Does something while a fault is armed.</summary>
    /// <returns>How many calls failed, and the exception that said what cannot be read or written.</returns>
    public static async Task<(int Hits, Exception? Failure)> WithAsync(this FaultInjector injector, Fault fault, Func<Task> act)
    {
        injector.Arm(fault.Place, fault.Error, fault.Once);
        try
        {
            await act();
            return (injector.Hits, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (injector.Hits, exception);
        }
        finally
        {
            injector.Disarm();
        }
    }

    /// <summary>Checks that a sentence for users names a file and the error of the operating system.</summary>
    public static void AssertNames(string sentence, Fault fault)
    {
        string[] words = fault.Error switch
        {
            FileError.InputOutput => ["Input/output error"],
            FileError.NoPermission => ["Permission denied", "denied"],
            FileError.NoDescriptors => ["Too many open files"],
            FileError.NoSpace => ["No space left on device"],
            _ => ["Stale file handle"],
        };
        Assert.True(
            words.Any(word => sentence.Contains(word, StringComparison.Ordinal)) && sentence.Contains('\'', StringComparison.Ordinal),
            $"{fault}: the sentence names no file, or not the error: {sentence}");
    }
}
