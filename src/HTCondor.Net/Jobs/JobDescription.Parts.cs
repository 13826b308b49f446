using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Jobs;

public sealed partial record JobDescription
{
    private const string Nowhere = "/dev/null";

    private void AddStreams(ClassAd ad)
    {
        ad.Set("In", Input ?? Nowhere);
        ad.Set("Out", Output ?? Nowhere);
        ad.Set("Err", Error ?? Nowhere);
        ad.Set("StreamOut", Stream);
        ad.Set("StreamErr", Stream);
        foreach ((string attribute, string? path) in new[] { ("TransferIn", Input), ("TransferOut", Output), ("TransferErr", Error) })
        {
            if (path is null)
                ad.Set(attribute, value: false);
        }
    }

    private void AddTransfer(ClassAd ad)
    {
        ad.Set("ShouldTransferFiles", Transfer switch { FileTransfer.Yes => "YES", FileTransfer.No => "NO", _ => "IF_NEEDED" });
        if (FileSystemDomain is not null)
            ad.Set("FileSystemDomain", FileSystemDomain);
        if (Transfer == FileTransfer.No)
            return;
        ad.Set("WhenToTransferOutput", OutputTransfer switch
        {
            OutputTransfer.OnExit => "ON_EXIT",
            OutputTransfer.OnExitOrEvict => "ON_EXIT_OR_EVICT",
            _ => "ON_SUCCESS",
        });
        if (!TransferExecutable)
            ad.Set("TransferExecutable", value: false);
        if (InputFiles.Count > 0)
            ad.Set("TransferInput", string.Join(',', InputFiles));
        if (OutputFiles is not null)
            ad.Set("TransferOutput", string.Join(',', OutputFiles));
    }

    private void AddUniverse(ClassAd ad)
    {
        if (Universe == JobUniverse.Grid)
            ad.Set("GridResource", GridResource!);
        if (Universe != JobUniverse.Container)
            return;
        ad.Set("WantContainer", value: true);
        ad.Set("ContainerImage", Image!);
        ad.Set("TransferContainer", value: false);
        ad.Set(ImageKind().Want, value: true);
    }

    private ClassAdExpression AllRequirements()
    {
        if (Universe == JobUniverse.Grid)
            return Requirements ?? ClassAdExpression.Of(value: true);
        var all = new List<ClassAdExpression>();
        if (Requirements is not null)
            all.Add(Requirements);
        if (Architecture is not null)
            all.Add(ClassAdExpression.Target("Arch").EqualTo(ClassAdExpression.Of(Architecture)));
        if (Universe == JobUniverse.Container)
            all.AddRange([ClassAdExpression.Target("HasContainer"), ClassAdExpression.Target(ImageKind().Has)]);
        else
            all.Add(ClassAdExpression.Target("OpSys").EqualTo(ClassAdExpression.Of("LINUX")));
        all.AddRange([Enough("Cpus", "RequestCpus"), Enough("Memory", "RequestMemory"), Enough("Disk", "RequestDisk")]);
        if (Gpus > 0)
            all.Add(Enough("GPUs", "RequestGPUs"));
        if (Transfer == FileTransfer.Yes)
            all.Add(ClassAdExpression.Target("HasFileTransfer"));
        else if (FileSystemDomain is not null)
            all.Add(SameFileSystem());
        return all.Aggregate((one, other) => one.And(other));
    }

    private ClassAdExpression SameFileSystem()
    {
        ClassAdExpression same = ClassAdExpression.Target("FileSystemDomain").EqualTo(ClassAdExpression.My("FileSystemDomain"));
        return Transfer == FileTransfer.IfNeeded ? ClassAdExpression.Target("HasFileTransfer").Or(same) : same;
    }

    private (string Want, string Has) ImageKind() => Image!.StartsWith("docker:", StringComparison.Ordinal)
        ? ("WantDockerImage", "HasDockerURL")
        : Image.EndsWith(".sif", StringComparison.Ordinal) ? ("WantSIF", "HasSIF") : ("WantSandboxImage", "HasSandboxImage");

    private void AddPolicy(ClassAd ad, bool spool)
    {
        ad.Set("JobPrio", Priority);
        ad.Set("LeaveJobInQueue", LeaveInQueue ?? (spool ? UntilRetrieved() : ClassAdExpression.Of(value: false)));
        SetIfAny(ad, "PeriodicHold", PeriodicHold);
        SetIfAny(ad, "PeriodicRelease", PeriodicRelease);
        SetIfAny(ad, "PeriodicRemove", PeriodicRemove);
        if (WantIOProxy)
            ad.Set("WantIOProxy", value: true);
        if (MaxRuntime is { } runtime)
            ad.Set("AllowedExecuteDuration", (long)Math.Ceiling(runtime.TotalSeconds));
        if (BatchName is not null)
            ad.Set("JobBatchName", BatchName);
        if (Description is not null)
            ad.Set("JobDescription", Description);
        if (AccountingGroup is null)
            return;
        ad.Set("AcctGroup", AccountingGroup);
        ad.Set("AcctGroupUser", AccountingUser!);
        ad.Set("AccountingGroup", $"{AccountingGroup}.{AccountingUser}");
    }

    /// <summary>As condor_submit -spool has it: ten days after its end the job goes even if nobody came for its output.</summary>
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
