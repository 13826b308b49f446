using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Jobs;

/// <content>The groups of attributes.</content>
internal sealed partial class JobAd
{
    private const string Nowhere = "/dev/null";

    private void AddStreams(ClassAd ad)
    {
        ad.Set("In", job.Input ?? Nowhere);
        ad.Set("Out", job.Output ?? Nowhere);
        ad.Set("Err", job.Error ?? Nowhere);
        ad.Set("StreamOut", job.Stream);
        ad.Set("StreamErr", job.Stream);
        foreach ((string attribute, string? path) in new[]
                 {
                     ("TransferIn", job.Input), ("TransferOut", job.Output), ("TransferErr", job.Error),
                 })
        {
            if (path is null)
                ad.Set(attribute, value: false);
        }
    }

    private void AddTransfer(ClassAd ad)
    {
        ad.Set("ShouldTransferFiles", job.Transfer switch { FileTransfer.Yes => "YES", FileTransfer.No => "NO", _ => "IF_NEEDED" });
        if (job.FileSystemDomain is not null)
            ad.Set("FileSystemDomain", job.FileSystemDomain);
        if (job.Transfer == FileTransfer.No)
            return;
        ad.Set("WhenToTransferOutput", job.OutputTransfer switch
        {
            OutputTransfer.OnExit => "ON_EXIT",
            OutputTransfer.OnExitOrEvict => "ON_EXIT_OR_EVICT",
            _ => "ON_SUCCESS",
        });
        if (!job.TransferExecutable)
            ad.Set("TransferExecutable", value: false);
        if (job.InputFiles.Count > 0)
            ad.Set("TransferInput", string.Join(',', job.InputFiles));
        if (job.OutputFiles is not null)
            ad.Set("TransferOutput", string.Join(',', job.OutputFiles));
    }

    private void AddUniverse(ClassAd ad)
    {
        if (job.Universe == JobUniverse.Grid)
            ad.Set("GridResource", job.GridResource!);
        if (job.Universe != JobUniverse.Container)
            return;
        ad.Set("WantContainer", value: true);
        ad.Set("ContainerImage", job.Image!);
        ad.Set("TransferContainer", value: false);
        ad.Set(ImageKind().Want, value: true);
    }

    private ClassAdExpression AllRequirements()
    {
        if (job.Universe == JobUniverse.Grid)
            return job.Requirements ?? ClassAdExpression.Of(value: true);
        var all = new List<ClassAdExpression>();
        if (job.Requirements is not null)
            all.Add(job.Requirements);
        if (job.Architecture is not null)
            all.Add(ClassAdExpression.Target("Arch").EqualTo(ClassAdExpression.Of(job.Architecture)));
        if (job.Universe == JobUniverse.Container)
            all.AddRange([ClassAdExpression.Target("HasContainer"), ClassAdExpression.Target(ImageKind().Has)]);
        else
            all.Add(ClassAdExpression.Target("OpSys").EqualTo(ClassAdExpression.Of("LINUX")));
        all.AddRange([Enough("Cpus", "RequestCpus"), Enough("Memory", "RequestMemory"), Enough("Disk", "RequestDisk")]);
        if (job.Gpus > 0)
            all.Add(Enough("GPUs", "RequestGPUs"));
        if (job.Transfer == FileTransfer.Yes)
            all.Add(ClassAdExpression.Target("HasFileTransfer"));
        else if (job.FileSystemDomain is not null)
            all.Add(SameFileSystem());
        return all.Aggregate((one, other) => one.And(other));
    }

    private ClassAdExpression SameFileSystem()
    {
        ClassAdExpression same = ClassAdExpression.Target("FileSystemDomain").EqualTo(ClassAdExpression.My("FileSystemDomain"));
        return job.Transfer == FileTransfer.IfNeeded ? ClassAdExpression.Target("HasFileTransfer").Or(same) : same;
    }

    private (string Want, string Has) ImageKind() => job.Image!.StartsWith("docker:", StringComparison.Ordinal)
        ? ("WantDockerImage", "HasDockerURL")
        : job.Image.EndsWith(".sif", StringComparison.Ordinal) ? ("WantSIF", "HasSIF") : ("WantSandboxImage", "HasSandboxImage");

    private void AddPolicy(ClassAd ad, bool spool)
    {
        ad.Set("JobPrio", job.Priority);
        ad.Set("LeaveJobInQueue", job.LeaveInQueue ?? (spool ? UntilRetrieved() : ClassAdExpression.Of(value: false)));
        SetIfAny(ad, "PeriodicHold", job.PeriodicHold);
        SetIfAny(ad, "PeriodicRelease", job.PeriodicRelease);
        SetIfAny(ad, "PeriodicRemove", job.PeriodicRemove);
        if (job.WantIOProxy)
            ad.Set("WantIOProxy", value: true);
        if (job.MaxRuntime is { } runtime)
            ad.Set("AllowedExecuteDuration", (long)Math.Ceiling(runtime.TotalSeconds));
        if (job.BatchName is not null)
            ad.Set("JobBatchName", job.BatchName);
        if (job.Description is not null)
            ad.Set("JobDescription", job.Description);
        if (job.AccountingGroup is null)
            return;
        ad.Set("AcctGroup", job.AccountingGroup);
        ad.Set("AcctGroupUser", job.AccountingUser!);
        ad.Set("AccountingGroup", $"{job.AccountingGroup}.{job.AccountingUser}");
    }

    /// <summary>Keeps the job until its output is retrieved, for ten days at most, as condor_submit -spool does.</summary>
    private static ClassAdExpression UntilRetrieved()
    {
        ClassAdExpression completed = ClassAdExpression.Attribute("CompletionDate");
        ClassAdExpression fresh = ClassAdExpression.Call("time").Minus(completed).LessThan(ClassAdExpression.Of(864000));
        return ClassAdExpression.Attribute("JobStatus").EqualTo(ClassAdExpression.Of(4))
            .And(completed.Is(ClassAdExpression.Undefined).Or(completed.EqualTo(ClassAdExpression.Of(0))).Or(fresh));
    }

    private static void SetIfAny(ClassAd ad, string name, ClassAdExpression? value)
    {
        if (value is not null)
            ad.Set(name, value);
    }

    private static ClassAdExpression Enough(string has, string asked) =>
        ClassAdExpression.Target(has).AtLeast(ClassAdExpression.Attribute(asked));
}
