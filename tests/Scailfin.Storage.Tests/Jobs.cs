using CsCheck;
using Scailfin.Core.Jobs;
using Scailfin.Testing;

namespace Scailfin.Storage.Tests;

/// <summary>Jobs in which every field says something, and generated ones.</summary>
internal static class Jobs
{
    public static readonly DateTimeOffset Time = new(2026, 7, 8, 9, 10, 11, 123, TimeSpan.Zero);

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char[' ', '~'], 0, 30],
        Gen.String[Gen.OneOf('"', '\'', '\\', '\n', '\r', '\t', '\0', '\u007f', 'é', '漢', '$', '%', '|', '{', '}', '\u2028'), 0, 20],
        Gen.Const("🚀 \ud83d und \udc00"),
        Gen.Const(new string('x', 100_000)),
        Gen.Const(""));

    private static readonly Gen<string> Short = Text.Select(text => text.Length > 60 ? text[..60] : text);

    private static readonly Gen<DateTimeOffset> Moment = Gen.Long[0, 4_000_000_000_000].Select(DateTimeOffset.FromUnixTimeMilliseconds);

    private static readonly Gen<Evidence> Proof =
        from source in Gen.Enum<EvidenceSource>()
        from text in Short
        from code in Gen.Int[0, 255].Nullable()
        from phase in Gen.OneOf<string?>("run", "runtime", null)
        from at in Moment
        select new Evidence { Source = source, Text = Whole(text), ExitCode = code, FailedPhase = phase, ObservedAt = at };

    private static readonly Gen<JobSpec> Spec =
        from name in Short
        from command in Text
        from pretty in Text
        from environment in Gen.Select(Short, Text, KeyValuePair.Create).List[0, 4]
        from seconds in Gen.Int[1, 10_000_000]
        from shared in Gen.Bool
        select Specs.Valid() with
        {
            JobName = name,
            Command = Whole(command),
            PrettifiedCommand = Whole(pretty),
            Environment = [.. environment.Select(pair => KeyValuePair.Create(Whole(pair.Key), Whole(pair.Value)))],
            Timeout = TimeSpan.FromSeconds(seconds),
            SharedFileSystem = shared,
        };

    /// <summary>Jobs of one workflow, whose text holds anything; a lone surrogate only where a column of text takes it.</summary>
    public static Gen<Job> Any { get; } =
        from spec in Spec
        from owner in Short
        from status in Gen.Enum<JobStatus>()
        from reason in Text
        from attempt in Gen.Int[1, 9]
        from handle in Gen.Select(Short, Text, (id, state) => new BackendHandle(id, state)).Null()
        from created in Moment
        from started in Moment.Nullable()
        from finished in Moment
        from evidence in Proof.Null()
        from stop in Gen.Select(Moment, Gen.Enum<StopCause>(), (at, cause) => new StopRequest(at, cause)).Null()
        from digest in Gen.OneOf<string?>(new string('a', 64), null)
        from released in Gen.Bool
        select new Job
        {
            Id = JobId.New(),
            Owner = owner,
            Spec = spec,
            Status = status,
            Reason = reason,
            AttemptNumber = attempt,
            Handle = handle,
            CreatedAt = created,
            StartedAt = started,
            FinishedAt = status.IsTerminal() ? finished : null,
            Evidence = evidence,
            Stop = stop,
            RequestDigest = digest,
            Released = released,
        };

    public static Job Full() => new()
    {
        Id = JobId.New(),
        Owner = "zoë",
        Spec = Specs.Valid("echo \"$HOME\" 'ü' \\ \n; 漢字 🚀") with
        {
            JobName = "Schritt ß",
            PrettifiedCommand = "echo …",
            CvmfsMounts = "['cms.cern.ch']",
            SharedFileSystem = false,
            Timeout = TimeSpan.FromSeconds(90.5),
            Environment = [new("Z", "1"), new("A", "ü=2"), new("M", ""), new("Z", "again")],
            BackendFields = new BackendFields { { "text", "größe" }, { "number", long.MaxValue }, { "yes", true }, { "no", false } },
        },
        Status = JobStatus.Failed,
        Reason = "Grund: ∞",
        AttemptNumber = 3,
        Handle = new BackendHandle("händle-1", "{\"pid\":1}"),
        CreatedAt = Time,
        StartedAt = Time.AddMilliseconds(1),
        FinishedAt = Time.AddMilliseconds(2),
        Evidence = new Evidence
        {
            Source = EvidenceSource.Receipt,
            Text = "Exit code 7 — gesehen",
            ExitCode = 7,
            FailedPhase = "run",
            ObservedAt = Time.AddMilliseconds(3),
        },
        Stop = new StopRequest(Time.AddMilliseconds(4), StopCause.Requested),
        RequestDigest = new string('f', 64),
        Released = true,
    };

    public static TimelineEntry Entry(string name, string detail = "") => new(Time, 1, name, detail);

    /// <summary>What the store keeps of a job: text columns hold neither NUL nor lone surrogates.</summary>
    public static Job Kept(Job job) => job with
    {
        Owner = StoredText.Clean(job.Owner),
        Spec = job.Spec with { JobName = StoredText.Clean(job.Spec.JobName) },
        Reason = StoredText.Clean(job.Reason),
        Handle = job.Handle is { } handle ? new BackendHandle(StoredText.Clean(handle.Id), StoredText.Clean(handle.State)) : null,
    };

    /// <summary>Lists compare by identity inside records, so they are compared on their own.</summary>
    public static void AssertSame(Job expected, Job? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Spec.Environment, actual.Spec.Environment);
        Assert.Equal(expected.Spec.BackendFields, actual.Spec.BackendFields);
        JobSpec spec = actual.Spec with { Environment = expected.Spec.Environment, BackendFields = expected.Spec.BackendFields };
        Assert.Equal(expected, actual with { Spec = spec });
    }

    private static string Whole(string text) => StoredText.Clean(text).Replace('\uFFFD', '\0');
}
