using System.Text.Json;

namespace Scailfin.JobWrapper;

/// <summary>What the wrapper says about an attempt that ended.</summary>
public sealed record Receipt
{
    /// <summary>Of the step, 0 to 255; where a phase failed, of the wrapper.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Null when the step was run to its end, else which phase failed.</summary>
    public string? FailedPhase { get; init; }

    /// <summary>Empty, <c>stopped</c> or <c>timeout</c>.</summary>
    public string Cause { get; init; } = "";

    /// <summary>What went wrong, where a phase failed.</summary>
    public string Message { get; init; } = "";

    /// <summary>Which runtime was used.</summary>
    public string Runtime { get; init; } = "";

    /// <summary>When the step was started, if it was.</summary>
    public DateTimeOffset? StepStartedAt { get; init; }

    /// <summary>When everything was over.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Largest receipt that is read.</summary>
    private const int Longest = 1 << 20;

    /// <summary>The receipt in that file; null where there is none.</summary>
    /// <exception cref="FormatException">There is something else in the file.</exception>
    public static Receipt? Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return null;
        if (file.Length > Longest || file.LinkTarget is not null)
            throw new FormatException($"The receipt {path} is a link or longer than {Longest} bytes.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Parse(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            throw new FormatException($"The receipt {path} cannot be read: {exception.Message}", exception);
        }
    }

    private static Receipt Parse(JsonElement root) => new()
    {
        ExitCode = root.GetProperty("exit_code").GetInt32(),
        FailedPhase = root.GetProperty("failed_phase").GetString(),
        Cause = root.GetProperty("cause").GetString()!,
        Message = root.GetProperty("message").GetString()!,
        Runtime = root.GetProperty("runtime").GetString()!,
        StepStartedAt = root.GetProperty("step_started_at") is { ValueKind: JsonValueKind.Number } at
            ? DateTimeOffset.FromUnixTimeMilliseconds(at.GetInt64())
            : null,
        EndedAt = DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("ended_at").GetInt64()),
    };
}
