using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Jobs;

/// <summary>Writes a job as the ad that the queue takes.</summary>
internal sealed partial class JobAd(JobDescription job)
{
    private const int VanillaUniverse = 5;
    private const int GridUniverse = 9;

    /// <summary>The attributes that condor_submit (23.9.6, -dump) sets in every job, whatever its description says.</summary>
    private static readonly (string Name, ClassAdExpression Value)[] Defaults =
    [
        ("MyType", ClassAdExpression.Of("Job")), ("TargetType", ClassAdExpression.Of("Machine")),
        ("CommittedSlotTime", Zero), ("CommittedSuspensionTime", Zero), ("CommittedTime", Zero), ("CumulativeRemoteSysCpu", NoTime),
        ("CumulativeRemoteUserCpu", NoTime), ("CumulativeSlotTime", Zero), ("CumulativeSuspensionTime", Zero), ("CurrentHosts", Zero),
        ("DiskUsage", One), ("ExecutableSize", Zero), ("ExitBySignal", ClassAdExpression.Of(value: false)), ("ExitStatus", Zero),
        ("ImageSize", Zero), ("JobLeaseDuration", ClassAdExpression.Of(2400)), ("JobNotification", Zero), ("LastSuspensionTime", Zero),
        ("MaxHosts", One), ("MinHosts", One), ("NumCkpts", Zero), ("NumJobCompletions", Zero), ("NumJobStarts", Zero),
        ("NumRestarts", Zero), ("NumSystemHolds", Zero), ("Rank", NoTime), ("RemoteSysCpu", NoTime), ("RemoteUserCpu", NoTime),
        ("RemoteWallClockTime", NoTime), ("TotalSuspensions", Zero), ("TransferInputSizeMB", Zero),
    ];

    /// <summary>Attributes of every job.</summary>
    public static readonly HashSet<string> Written = new(
        [
            .. Defaults.Select(pair => pair.Name), "Cmd", "Iwd", "In", "Out", "Err", "Requirements", "RequestCpus", "RequestMemory",
            "RequestDisk", "ShouldTransferFiles", "WhenToTransferOutput", "JobPrio", "LeaveJobInQueue", "PeriodicHold", "PeriodicRelease",
            "PeriodicRemove",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static ClassAdExpression Zero => ClassAdExpression.Of(0L);

    private static ClassAdExpression One => ClassAdExpression.Of(1L);

    private static ClassAdExpression NoTime => ClassAdExpression.Of(0.0);

    /// <summary>Adds the status to the proc's ad, not to the cluster's: the schedd counts a cluster ad with a status as a job.</summary>
    public void AddStatus(ClassAd proc, bool spool)
    {
        proc.Set("JobStatus", spool || job.Hold ? 5 : 1);
        if (!spool && !job.Hold)
            return;
        proc.Set("HoldReasonCode", spool ? 16 : 15);
        proc.Set("HoldReason", spool ? "Spooling input data files" : "submitted on hold at user's request");
    }

    public ClassAd Write(bool spool)
    {
        var ad = new ClassAd();
        foreach ((string name, ClassAdExpression value) in Defaults)
            ad.Set(name, value);
        ad.Set("JobUniverse", job.Universe == JobUniverse.Grid ? GridUniverse : VanillaUniverse);
        ad.Set("Cmd", job.Executable);
        ad.Set("Iwd", job.WorkingDirectory);
        ad.Set("Arguments", JobTexts.Arguments(job.Arguments));
        ad.Set("Environment", JobTexts.Environment(job.Environment));
        AddStreams(ad);
        if (job.EventLog is not null)
            ad.Set("UserLog", job.EventLog);
        ad.Set("RequestCpus", job.Cpus);
        ad.Set("RequestMemory", job.MemoryMiB);
        ad.Set("RequestDisk", job.DiskKiB);
        if (job.Gpus > 0)
            ad.Set("RequestGPUs", job.Gpus);
        AddTransfer(ad);
        AddUniverse(ad);
        ad.Set("Requirements", AllRequirements());
        AddPolicy(ad, spool);
        foreach ((string name, ClassAdExpression value) in job.Extra)
            ad.Set(name, value);
        return ad;
    }
}
