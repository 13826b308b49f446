using System.Globalization;
using HTCondor.Net;
using HTCondor.Net.ClassAds;
using Scailfin.Core.Jobs;
using Scailfin.Core.Time;

namespace Scailfin.JobManagers.HTCondor.Ads;

/// <summary>The state of one attempt, from its ad in the queue or the history.</summary>
internal sealed record HTCondorOutput
{
    private const int LongestReason = 1000;

    public required JobKey Key { get; init; }

    /// <summary>Job id and attempt, as <see cref="Attempt.Identity"/> has them.</summary>
    public required string Identity { get; init; }

    /// <summary>One of <see cref="HTCondorStates"/>.</summary>
    public required int Status { get; init; }

    /// <summary>Whether the ad is from the queue, not from the history.</summary>
    public bool IsQueued { get; init; }

    /// <summary>How often its program was started.</summary>
    public long Starts { get; init; }

    /// <summary>How often the job was given to a machine: its program may have been started without a report to the schedd.</summary>
    public long Tries { get; init; }

    /// <summary>How many of these tries certainly began nothing.</summary>
    public long AllowedTries { get; init; }

    /// <summary>How often it was held.</summary>
    public long Holds { get; init; }

    public DateTimeOffset? StatusSince { get; init; }

    /// <summary>The time of the schedd's answer, by its own clock; null in the history.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>The time of the program's last start; an older HTCondor reports only when the job was given to the machine.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The wrapper's exit code; null if it did not exit by itself.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that killed the wrapper.</summary>
    public int? Signal { get; init; }

    public int HoldCode { get; init; }

    public int HoldSubcode { get; init; }

    /// <summary>The hold reason in HTCondor's own words, in one line.</summary>
    public string HoldReason { get; init; } = "";

    public string RemoveReason { get; init; } = "";

    /// <summary>Why the job lost its machine; 0 if it did not, or the schedd's version does not report it.</summary>
    public int VacateCode { get; init; }

    public string VacateReason { get; init; } = "";

    /// <summary>Why no machine took it, as the negotiator said last.</summary>
    public string RejectReason { get; init; } = "";

    /// <summary>Whether its input files are on their way, or wait for their turn.</summary>
    public bool SendsInput { get; init; }

    /// <summary>Since when HTCondor has no connection to the machine that it runs on, or ran on; null while it has one.</summary>
    public DateTimeOffset? DisconnectedSince { get; init; }

    /// <summary>How long HTCondor tries to reconnect to the machine.</summary>
    public TimeSpan Lease { get; init; }

    /// <summary>A note for a person about a job whose machine is disconnected; empty for none.</summary>
    public string Disconnected => DisconnectedSince is not { } since
        ? ""
        : $"HTCondor lost the connection to {(Host.Length == 0 ? "its machine" : Host)} at {since:yyyy-MM-dd HH:mm:ss} UTC, "
            + $"and tries to find it there for at most {Lease.TotalMinutes:0} minutes.";

    /// <summary>The slot.</summary>
    public string Host { get; init; } = "";

    /// <summary>How long the job has had its status, by the schedd's clock if the ad has its time.</summary>
    public TimeSpan InStatusFor(DateTimeOffset now) =>
        StatusSince is { } since ? WallClock.Between(since, AnsweredAt ?? now) : TimeSpan.Zero;

    /// <summary>Reads an ad; null if the job does not belong to this service.</summary>
    /// <param name="ad">An ad from the queue or the history.</param>
    /// <param name="isQueued">Whether the ad is from the queue.</param>
    public static HTCondorOutput? Parse(ClassAd ad, bool isQueued)
    {
        if (ad.Key is not { } key
            || ad.Text(HTCondorAttributes.JobId) is not { } job
            || ad.Integer(HTCondorAttributes.Attempt) is not { } attempt
            || ad.Integer("JobStatus") is not { } status)
            return null;
        bool signalled = ad.Boolean("ExitBySignal") == true;
        return new HTCondorOutput
        {
            Key = key,
            Identity = string.Create(CultureInfo.InvariantCulture, $"{job}.{attempt}"),
            Status = (int)status,
            IsQueued = isQueued,
            Starts = ad.Integer("NumJobStarts") ?? 0,
            Tries = ad.Integer("NumShadowStarts") ?? 0,
            AllowedTries = ad.Integer(HTCondorAttributes.AllowedTries) ?? 0,
            Holds = ad.Integer("NumHolds") ?? 0,
            StatusSince = Time(ad, "EnteredCurrentStatus"),
            AnsweredAt = Time(ad, "ServerTime"),
            SubmittedAt = Time(ad, "QDate"),
            StartedAt = Time(ad, "JobCurrentStartExecutingDate") ?? Time(ad, "JobCurrentStartDate") ?? Time(ad, "JobStartDate"),
            EndedAt = Time(ad, "CompletionDate"),
            ExitCode = signalled ? null : (int?)ad.Integer("ExitCode"),
            Signal = signalled ? (int?)ad.Integer("ExitSignal") : null,
            HoldCode = (int)(ad.Integer("HoldReasonCode") ?? 0),
            HoldSubcode = (int)(ad.Integer("HoldReasonSubCode") ?? 0),
            HoldReason = Line(ad, "HoldReason"),
            RemoveReason = Line(ad, "RemoveReason"),
            VacateCode = (int)(ad.Integer("VacateReasonCode") ?? 0),
            VacateReason = Line(ad, "VacateReason"),
            RejectReason = Line(ad, "LastRejMatchReason"),
            DisconnectedSince = Time(ad, "JobDisconnectedDate"),
            Lease = TimeSpan.FromSeconds(Math.Clamp(ad.Integer("JobLeaseDuration") ?? 0, 0, int.MaxValue)),
            SendsInput = ad.Boolean("TransferringInput") == true && ad.Integer("NumJobStarts") is null or 0,
            Host = Line(ad, "RemoteHost") is { Length: > 0 } host ? host : Line(ad, "LastRemoteHost"),
        };
    }

    /// <summary>
    /// Decides which of two jobs of one attempt counts, in the history or the queue: a started one before one that was not, then the older
    /// one.
    /// </summary>
    public bool IsBefore(HTCondorOutput other) =>
        (Starts > 0, other.Starts > 0) switch
        {
            (true, false) => true,
            (false, true) => false,
            _ => (Key.Cluster, Key.Proc).CompareTo((other.Key.Cluster, other.Key.Proc)) < 0,
        };

    private static DateTimeOffset? Time(ClassAd ad, string name) =>
        ad.Real(name) is > 0 and < 1e11 and var seconds ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null;

    private static string Line(ClassAd ad, string name)
    {
        string text = ad.Text(name) ?? "";
        if (text.Length > LongestReason)
            text = text[..LongestReason];
        return string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
    }
}
