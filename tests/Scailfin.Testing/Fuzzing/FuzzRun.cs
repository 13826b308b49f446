using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Scailfin.Testing.Fuzzing;

/// <summary>
/// Gives a parser inputs that were made from its corpus: so many in a test, or as many as SCAILFIN_TEST_FUZZ_SECONDS allow. Whatever it
/// gets, the parser answers, or throws what it documents with a short message; what it allocates is bounded by the input's length, and
/// nothing stays.
/// </summary>
/// <remarks>
/// The corpus lies in <c>Corpus/TARGET</c> of the test project; an input that once failed is kept there. A failure names the seed of the
/// one input: with SCAILFIN_TEST_FUZZ_SEED the run begins with it. Of a run that ends the process, the seed of the last input is in the
/// file <c>scailfin-fuzz-TARGET</c> of the directory for temporary files.
/// </remarks>
public sealed class FuzzRun
{
    private const int LongestMessage = 2000;

    private readonly string _target;
    private readonly Mutator _mutator;
    private readonly IReadOnlyList<byte[]> _corpus;
    private long _read;
    private long _accepted;
    private long _most;

    /// <param name="target">The name of the corpus.</param>
    /// <param name="words">What the parser knows: names, marks, limits.</param>
    /// <param name="prepare">Changes an input of the corpus before it is mutated.</param>
    public FuzzRun(string target, IReadOnlyList<string> words, Func<byte[], byte[]>? prepare = null)
    {
        _target = target;
        string folder = Path.Combine(AppContext.BaseDirectory, "Corpus", target);
        _corpus = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Select(prepare ?? (same => same))];
        _mutator = new Mutator(_corpus, words);
    }

    /// <summary>The bytes that a parser may allocate for each byte of its input.</summary>
    public required int MostBytesPerByte { get; init; }

    /// <summary>The bytes that a parser may allocate for any input.</summary>
    public long MostBytes { get; init; } = 1 << 20;

    /// <summary>The bytes by which the heap may grow over all inputs.</summary>
    public long MostGrowth { get; init; } = 16 << 20;

    /// <summary>Counts the bytes that were allocated so far: those of the parser's thread, unless it works on others.</summary>
    public Func<long> Allocated { get; init; } = GC.GetAllocatedBytesForCurrentThread;

    /// <summary>Tells the exceptions that the parser documents; none unless set.</summary>
    public Func<Exception, bool> IsExpected { get; init; } = _ => false;

    /// <summary>Reads inputs on a thread of their own, and checks each.</summary>
    /// <param name="inputs">The number of inputs, after those of the corpus.</param>
    /// <param name="read">The parser. Returns whether it accepted the input.</param>
    public Task ReadAsync(int inputs, Func<byte[], bool> read) => ReadAsync(inputs, input => ValueTask.FromResult(read(input)));

    /// <inheritdoc cref="ReadAsync(int, Func{byte[], bool})"/>
    public async Task ReadAsync(int inputs, Func<byte[], ValueTask<bool>> read)
    {
        Task<string> run = Task.Factory.StartNew(
            () => RunAsync(inputs, read), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        await Eventually.TrueAsync(() => run.IsCompleted, $"{_target}: an input is read to its end", () => Interlocked.Read(ref _read));
        Figures.Add(await run);
    }

    private async Task<string> RunAsync(int inputs, Func<byte[], ValueTask<bool>> read)
    {
        TimeSpan? time = Number("SCAILFIN_TEST_FUZZ_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        ulong seed = Number("SCAILFIN_TEST_FUZZ_SEED") ?? (ulong)Random.Shared.NextInt64();
        using SafeFileHandle last = File.OpenHandle(
            Path.Combine(Path.GetTempPath(), $"scailfin-fuzz-{_target}"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        long began = TimeProvider.System.GetTimestamp();
        long settled = 0;
        foreach (byte[] known in _corpus)
            await CheckAsync(known, read, $"the corpus, {_corpus.Count} inputs");
        for (ulong number = 0; time is { } bound ? TimeProvider.System.GetElapsedTime(began) < bound : number < (ulong)inputs; number++)
        {
            RandomAccess.Write(last, Encoding.ASCII.GetBytes($"{seed + number,20}\n"), 0);
            await CheckAsync(_mutator.Input(seed + number), read, $"again: SCAILFIN_TEST_FUZZ_SEED={seed + number}");
            if (number == 1000)
                settled = GC.GetTotalMemory(forceFullCollection: true);
        }

        long growth = settled == 0 ? 0 : GC.GetTotalMemory(forceFullCollection: true) - settled;
        string figures = string.Create(CultureInfo.InvariantCulture,
            $"fuzz {_target}: {_read} inputs from seed {seed} in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s, "
                + $"{_accepted} accepted, at most {_most >> 10} kB allocated for one, {growth >> 10} kB more in the end");
        Assert.True(growth <= MostGrowth, figures);
        return figures;
    }

    private async Task CheckAsync(byte[] input, Func<byte[], ValueTask<bool>> read, string again)
    {
        long before = Allocated();
        try
        {
            _accepted += await read(input) ? 1 : 0;
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            if (exception.Message.Length > LongestMessage)
                Assert.Fail($"{Failure()}: the message has {exception.Message.Length} characters.");
        }
        catch (Exception exception)
        {
            Assert.Fail($"{Failure()}: {exception}");
        }

        long allocated = Allocated() - before;
        _most = Math.Max(_most, allocated);
        if (allocated > MostBytes + (MostBytesPerByte * (long)input.Length))
            Assert.Fail($"{Failure()}: {allocated} bytes were allocated for {input.Length} bytes.");
        Interlocked.Increment(ref _read);

        string Failure() => $"fuzz {_target} ({again}), input {Keep(input)}";
    }

    private string Keep(byte[] input)
    {
        string file = Path.Combine(Path.GetTempPath(), $"scailfin-fuzz-{_target}-{Guid.NewGuid():N}");
        File.WriteAllBytes(file, input);
        return file;
    }

    private static ulong? Number(string variable) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out ulong number) ? number : null;
}
