using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;

namespace HTCondor.Net.Jobs;

public sealed partial record JobDescription
{
    private const int VanillaUniverse = 5;
    private const int GridUniverse = 9;

    /// <summary>What condor_submit (23.9.6, -dump) sets in every job, whatever its description says.</summary>
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

    private static readonly HashSet<string> Written = new(
        [
            .. Defaults.Select(pair => pair.Name), "Cmd", "Iwd", "In", "Out", "Err", "Requirements", "RequestCpus", "RequestMemory",
            "RequestDisk", "ShouldTransferFiles", "WhenToTransferOutput", "JobPrio", "LeaveJobInQueue", "PeriodicHold", "PeriodicRelease",
            "PeriodicRemove",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static ClassAdExpression Zero => ClassAdExpression.Of(0L);

    private static ClassAdExpression One => ClassAdExpression.Of(1L);

    private static ClassAdExpression NoTime => ClassAdExpression.Of(0.0);

    /// <summary>A request to submit this one job.</summary>
    /// <param name="spool">Whether its input is sent to the schedd's spool afterwards, and its output retrieved from there.</param>
    /// <exception cref="JobDescriptionException">It is not valid.</exception>
    public SubmitRequest ToSubmitRequest(bool spool = false) => ToSubmitRequest([this], spool);

    /// <summary>A request to submit these jobs in one cluster: what they have in common goes over the wire once.</summary>
    /// <exception cref="JobDescriptionException">One of them is not valid.</exception>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static SubmitRequest ToSubmitRequest(IReadOnlyList<JobDescription> jobs, bool spool = false)
    {
        if (jobs.Count == 0)
            throw new ArgumentException("At least one job is needed.", nameof(jobs));
        JobProblem[] problems = [.. jobs.SelectMany(job => job.Validate()).Distinct()];
        if (problems.Length > 0)
            throw new JobDescriptionException(problems);
        ClassAd[] ads = [.. jobs.Select(job => job.ToAd(spool))];
        var shared = new ClassAd();
        foreach ((string name, ClassAdExpression value) in ads[0])
        {
            if (ads.All(ad => value.Equals(ad[name])))
                shared.Set(name, value);
        }

        for (int proc = 0; proc < ads.Length; proc++)
        {
            foreach ((string name, _) in shared)
                ads[proc].Remove(name);
            jobs[proc].AddStatus(ads[proc], spool);
        }

        return new SubmitRequest { Shared = shared, Procs = ads, Spool = spool };
    }

    /// <summary>It belongs in the proc's ad: the schedd counts a cluster whose own ad has a status as a job.</summary>
    private void AddStatus(ClassAd proc, bool spool)
    {
        proc.Set("JobStatus", spool || Hold ? 5 : 1);
        if (!spool && !Hold)
            return;
        proc.Set("HoldReasonCode", spool ? 16 : 15);
        proc.Set("HoldReason", spool ? "Spooling input data files" : "submitted on hold at user's request");
    }

    private ClassAd ToAd(bool spool)
    {
        var ad = new ClassAd();
        foreach ((string name, ClassAdExpression value) in Defaults)
            ad.Set(name, value);
        ad.Set("JobUniverse", Universe == JobUniverse.Grid ? GridUniverse : VanillaUniverse);
        ad.Set("Cmd", Executable);
        ad.Set("Iwd", WorkingDirectory);
        ad.Set("Arguments", JobTexts.Arguments(Arguments));
        ad.Set("Environment", JobTexts.Environment(Environment));
        AddStreams(ad);
        if (EventLog is not null)
            ad.Set("UserLog", EventLog);
        ad.Set("RequestCpus", Cpus);
        ad.Set("RequestMemory", MemoryMiB);
        ad.Set("RequestDisk", DiskKiB);
        if (Gpus > 0)
            ad.Set("RequestGPUs", Gpus);
        AddTransfer(ad);
        AddUniverse(ad);
        ad.Set("Requirements", AllRequirements());
        AddPolicy(ad, spool);
        foreach ((string name, ClassAdExpression value) in Extra)
            ad.Set(name, value);
        return ad;
    }
}
