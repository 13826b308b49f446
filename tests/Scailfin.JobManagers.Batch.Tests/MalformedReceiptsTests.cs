using System.Text.Json.Nodes;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Batch.Options;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Batch.Tests;

/// <summary>A receipt that cannot be read affects only its own job.</summary>
public sealed class MalformedReceiptsTests : IDisposable
{
    private const int GoodJobs = 1000;

    private static readonly string[] Whole =
    [
        "", "{", "[]", "null", "7", "{}", "{\"version\":0}", "{\"version\":null}", "\0\0\0", "\ufeff{}", "{\"job_id\":\"\\ud800\"}",
        new('[', 10_000), new(' ', 3 << 20), "\"" + new string('x', 2 << 20) + "\"",
    ];

    private static readonly (string Member, string Value)[] Members =
    [
        ("version", "\"1\""), ("version", "1e400"), ("version", "-1"), ("job_id", "7"), ("job_id", "null"), ("job_id", "[]"),
        ("attempt", "\"1\""), ("attempt", "99999999999"), ("nonce", "null"), ("nonce", "7"), ("nonce", "{}"),
        ("exit_code", "\"0\""), ("exit_code", "99999999999"), ("exit_code", "[]"), ("exit_code", "true"),
        ("cause", "7"), ("failed_phase", "7"), ("failed_phase", "{}"), ("message", "7"), ("message", "[]"),
        ("step_may_have_run", "\"yes\""), ("step_may_have_run", "7"), ("runtime", "7"), ("host", "{}"),
        ("started_at", "\"now\""), ("started_at", "9000000000000000000"), ("ended_at", "-9000000000000000000"),
        ("step_started_at", "\"2026-11-30\""), ("log_cut", "7"), ("outputs", "{}"), ("phases", "7"),
    ];

    private readonly string _workspace = Directory.CreateTempSubdirectory("scailfin-batch-").FullName;
    private readonly ToyScheduler _scheduler = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _scheduler.Dispose();
        Directory.Delete(_workspace, recursive: true);
    }

    /// <summary>One job ran; the others have copies of its files, as if they had ended in the same way.</summary>
    [Fact]
    public async Task Receipts_of_forty_broken_kinds_among_a_thousand_good_ones_delay_nobody_and_are_told_each()
    {
        using var manager = new ToyJobManager(
            _scheduler, new BatchOptions { Profile = new SiteProfile { Runtimes = ["none"] } }, TimeProvider.System);
        Attempt model = Specs.NewAttempt(Specs.Valid("exit 0", "toy") with { WorkflowWorkspace = _workspace, DockerImage = "" });
        Assert.IsType<Submission.Accepted>(await manager.SubmitAsync(model, Cancellation));
        await ManagerDriver.EndAsync(manager, model);
        string receipt = await File.ReadAllTextAsync(new AttemptPlace(model).Files.Receipt, Cancellation);
        Attempt[] good = [.. Enumerable.Range(0, GoodJobs).Select(_ => CopyOf(model, receipt))];
        Attempt[] bad = [.. Whole.Concat(Members.Select(one => Spoil(receipt, one))).Select(text => CopyOf(model, text))];
        Assert.InRange(bad.Length, 40, 100);

        Attempt[] all = [.. good.Concat(bad).OrderBy(attempt => attempt.JobId.Value)];
        Dictionary<JobId, Observation> seen = (await manager.ObserveAsync(all, Cancellation)).ToDictionary(one => one.JobId);
        foreach (Attempt attempt in good)
            Assert.Equal(EndClass.Succeeded, (await EndAsync(manager, attempt, seen[attempt.JobId]))?.Class);
        foreach (Attempt attempt in bad)
        {
            Observation one = seen[attempt.JobId];

            // Called a success, its receipt would be waited for: it may be underway in a shared file system.
            BatchEnd failed = Assert.IsType<BatchEnd>(one.End) with { Word = SchedulerWord.BadEnd };
            AttemptEnd? end = await EndAsync(manager, attempt, one with { End = failed });
            string said = $"{one.Phase} {one.Reason} {end?.Class} {end?.Evidence.Text}";
            Assert.False(end?.Class == EndClass.Succeeded, said);
            Assert.Contains("receipt", said, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
        }
    }

    private static async Task<AttemptEnd?> EndAsync(ToyJobManager manager, Attempt attempt, Observation seen) =>
        seen.End is null ? null : (await manager.CollectAsync(attempt, seen.End, Cancellation)).Verdict ?? seen.End;

    private static string Spoil(string receipt, (string Member, string Value) with)
    {
        JsonObject json = JsonNode.Parse(receipt)!.AsObject();
        json[with.Member] = "@";
        return json.ToJsonString().Replace("\"@\"", with.Value, StringComparison.Ordinal);
    }

    private Attempt CopyOf(Attempt model, string receipt)
    {
        Attempt attempt = model with { JobId = JobId.New() };
        AttemptPlace from = new(model);
        AttemptPlace place = new(attempt);
        Directory.CreateDirectory(place.Directory);
        foreach (string file in Directory.GetFiles(from.Directory))
            File.Copy(file, Path.Combine(place.Directory, Path.GetFileName(file)));
        File.WriteAllText(place.Files.Script, Own(File.ReadAllText(from.Files.Script)));
        File.WriteAllText(place.Files.Receipt, Own(receipt));
        _scheduler.Jobs[attempt.Identity] = _scheduler.Jobs[model.Identity];
        return attempt;

        string Own(string text) => text.Replace(model.JobId.ToString(), attempt.JobId.ToString(), StringComparison.Ordinal);
    }
}
