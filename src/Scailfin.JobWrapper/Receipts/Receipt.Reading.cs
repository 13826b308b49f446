using System.Text;
using System.Text.Json;
using Scailfin.Core.Jobs;

namespace Scailfin.JobWrapper.Receipts;

public sealed partial record Receipt
{
    /// <summary>Largest receipt that is read, in bytes. The wrapper keeps to it.</summary>
    public const int Longest = 4 << 20;

    /// <summary>The version of the receipt's form that this program reads and its wrapper writes.</summary>
    public const int Version = 1;

    /// <summary>Reads the receipt of an attempt; null if there is none. No link is followed.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="path">The file.</param>
    /// <param name="nonce">The nonce of the attempt's script (<see cref="WrapperScript.NonceOf"/>); null checks none.</param>
    /// <exception cref="FormatException">The file is not a receipt, or is the receipt of another attempt or wrapper.</exception>
    /// <exception cref="IOException">The file cannot be read, so it is not known whether there is a receipt.</exception>
    public static Receipt? ReadOf(Attempt attempt, string path, string? nonce = null)
    {
        if (Read(path) is not { } receipt)
            return null;
        if (receipt.JobId != attempt.JobId.ToString() || receipt.Attempt != attempt.Number)
            throw new FormatException(
                $"The receipt {path} belongs to attempt {receipt.Attempt} of job '{receipt.JobId}', not to {attempt.Identity}.");
        return nonce is null || receipt.Nonce == nonce
            ? receipt
            : throw new FormatException(
                $"The receipt {path} names attempt {attempt.Identity}, but the attempt's own wrapper did not write it: "
                    + $"{(receipt.Nonce.Length == 0 ? "it has no nonce" : "its nonce is another one")}.");
    }

    /// <summary>Reads the receipt in that file, of any attempt; null if there is none. No link is followed.</summary>
    /// <exception cref="FormatException">The file is not a receipt.</exception>
    /// <exception cref="IOException">The file cannot be read, so it is not known whether there is a receipt.</exception>
    public static Receipt? Read(string path)
    {
        ReadOnlyMemory<byte>? content = UnlinkedFile.Read(path, Longest);
        return content is { } bytes ? Parse(bytes, path) : null;
    }

    /// <summary>The receipt in those bytes.</summary>
    /// <param name="json">The bytes, UTF-8.</param>
    /// <param name="origin">The source of the bytes, for the message.</param>
    /// <exception cref="FormatException">The bytes are not a receipt, or more than <see cref="Longest"/>.</exception>
    public static Receipt Parse(ReadOnlyMemory<byte> json, string origin)
    {
        if (json.Length > Longest)
            throw new FormatException($"The receipt {origin} is longer than {Longest} bytes.");
        try
        {
            // A user's file names may be invalid UTF-8; their invalid bytes are replaced and the receipt is read.
            using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetString(json.Span), new JsonDocumentOptions { MaxDepth = 8 });
            return Parse(document.RootElement);
        }
        catch (JsonException exception)
        {
            // The JSON parser's message would not help a user, so it is only the inner exception.
            throw new FormatException(
                $"The receipt {origin} is damaged: its {json.Length} bytes are not a complete JSON document.", exception);
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or KeyNotFoundException or ArgumentOutOfRangeException
                or FormatException or OverflowException)
        {
            throw new FormatException($"The receipt {origin} cannot be read: {exception.Message}", exception);
        }
    }

    private static Receipt Parse(JsonElement root) => new()
    {
        JobId = root.GetProperty("version").GetInt32() is var version and not Version
            ? throw new FormatException($"version is {version}, but this program reads version {Version}.")
            : Text(root, "job_id"),
        Attempt = (int)(Number(root, "attempt") ?? 0),
        Nonce = Text(root, "nonce"),
        ExitCode = root.GetProperty("exit_code").GetInt32(),
        FailedPhase = root.GetProperty("failed_phase").GetString(),
        Cause = root.GetProperty("cause").GetString()!,
        Message = root.GetProperty("message").GetString()!,
        StepExitCode = (int?)Number(root, "step_exit_code"),
        Signal = (int?)Number(root, "signal"),
        Runtime = root.GetProperty("runtime").GetString()!,
        RuntimeVersion = Text(root, "runtime_version"),
        RuntimePath = Text(root, "runtime_path"),
        Launcher = Text(root, "launcher"),
        Image = Text(root, "image"),
        ImageDigest = Text(root, "image_digest") is { Length: > 0 } image ? image : null,
        WrapperVersion = Text(root, "wrapper_version"),
        Host = Text(root, "host"),
        Kernel = Text(root, "kernel"),
        StartedAt = Time(root, "started_at"),
        StepStartedAt = Time(root, "step_started_at"),
        EndedAt = Time(root, "ended_at") ?? throw new FormatException("ended_at is missing."),
        StepMayHaveRun = root.GetProperty("step_may_have_run").GetBoolean(),
        Phases = [.. List(root, "phases").Select(phase => new ReceiptPhase(
            Text(phase, "name"),
            Time(phase, "started_at") ?? throw new FormatException("A phase has no time."),
            Milliseconds(phase, "duration_ms") ?? TimeSpan.Zero))],
        CpuTime = Milliseconds(root, "cpu_ms"),
        PeakMemory = Number(root, "peak_memory_bytes"),
        PeakMemorySource = Text(root, "peak_memory_source"),
        BytesIn = Number(root, "bytes_in"),
        BytesOut = Number(root, "bytes_out"),
        Archive = root.TryGetProperty("archive", out JsonElement archive) && archive.ValueKind != JsonValueKind.Null
            ? new ReceiptArchive(archive.GetProperty("size").GetInt64(), Text(archive, "sha256") is { Length: > 0 } digest ? digest : null)
            : null,
        LogCut = root.TryGetProperty("log_cut", out JsonElement cut) && cut.GetBoolean(),
        Outputs = [.. List(root, "outputs").Select(output => new ReceiptOutput(
            Text(output, "path"), Number(output, "size") ?? 0, Text(output, "sha256") is { Length: > 0 } hash ? hash : null))],
        OutputCount = (int)(Number(root, "output_count") ?? 0),
        Warnings = [.. List(root, "warnings").Select(warning => warning.GetString() ?? "")],
    };

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.GetInt64() : null;

    private static DateTimeOffset? Time(JsonElement element, string name) =>
        Number(element, name) is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private static TimeSpan? Milliseconds(JsonElement element, string name) =>
        Number(element, name) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    private static IEnumerable<JsonElement> List(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.EnumerateArray() : [];
}
