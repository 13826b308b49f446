using HTCondor.Net.ClassAds;
using HTCondor.Net.Jobs;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Tests.Jobs;

/// <summary>The attributes that condor_submit makes of the same job.</summary>
public sealed class SubmittedByCondorTests(HpcContainer site)
{
    /// <summary>Versions, times, sizes that only condor_submit measures, and the submit machine's domain.</summary>
    private static readonly string[] NotOurs =
    [
        "CondorPlatform", "CondorVersion", "EnteredCurrentStatus", "QDate", "Owner", "ClusterId", "ProcId", "JobSubmitMethod",
        "FileSystemDomain", "DiskUsage", "ExecutableSize", "ImageSize", "TransferInputSizeMB",
    ];

    [Fact]
    public async Task A_description_has_what_condor_submit_would_set()
    {
        await site.StartPoolAsync();
        string dumped = (await site.ExecAsync("alice", ["condor_submit", "-dump", "/dev/stdout", "-terse", "-"], """
            universe = vanilla
            executable = /bin/sh
            arguments = "-c 'echo ''it''s'' done'"
            environment = "A=1 B='b c'"
            initialdir = /tmp
            output = out
            error = err
            log = /tmp/job.log
            request_cpus = 2
            request_memory = 64
            request_disk = 2048
            should_transfer_files = yes
            when_to_transfer_output = on_exit
            transfer_executable = false
            transfer_input_files = /etc/hosts, /etc/passwd
            transfer_output_files = x, y
            priority = 3
            periodic_hold = NumJobStarts > 3
            batch_name = batch
            queue
            """)).OutputOfSuccess();
        var condor = new ClassAd();
        foreach (string line in dumped.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0
                && !line.StartsWith(' ')
                && ClassAdExpression.TryParse(line[(equals + 1)..], out ClassAdExpression? value, out _))
                condor.Set(line[..equals].Trim(), value);
        }

        var request = new JobDescription
        {
            Executable = "/bin/sh",
            Arguments = ["-c", "echo 'it's' done"],
            Environment = new Dictionary<string, string> { ["A"] = "1", ["B"] = "b c" },
            WorkingDirectory = "/tmp",
            Output = "out",
            Error = "err",
            EventLog = "/tmp/job.log",
            Cpus = 2,
            MemoryMiB = 64,
            DiskKiB = 2048,
            TransferExecutable = false,
            InputFiles = ["/etc/hosts", "/etc/passwd"],
            OutputFiles = ["x", "y"],
            Priority = 3,
            PeriodicHold = ClassAdExpression.Attribute("NumJobStarts").GreaterThan(ClassAdExpression.Of(3)),
            BatchName = "batch",
        }.ToSubmitRequest();
        ClassAd ours = request.Shared.Copy();
        foreach ((string name, ClassAdExpression value) in request.Procs[0])
            ours.Set(name, value);
        Assert.InRange(condor.Count, 60, 200);
        foreach ((string name, ClassAdExpression value) in condor.Where(pair =>
            !NotOurs.Contains(pair.Key) && pair.Key is not ("Requirements" or "Arguments" or "Environment")))
            Assert.Equal((name, value.Text), (name, ours[name]?.Text));
        // It quotes no more than it must, inside of words.
        foreach (string name in new[] { "Arguments", "Environment" })
            Assert.Equal(JobTextsReader.Words(condor.Text(name)!), JobTextsReader.Words(ours.Text(name)!));
        Assert.Empty(
            ours.Select(pair => pair.Key).Except([.. condor.Select(pair => pair.Key), .. NotOurs], StringComparer.OrdinalIgnoreCase));
        foreach (string part in new[]
        {
            "TARGET.Arch == \"X86_64\"", "TARGET.OpSys == \"LINUX\"", "TARGET.Cpus >= RequestCpus", "TARGET.Memory >= RequestMemory",
            "TARGET.HasFileTransfer",
        })
        {
            Assert.Contains(part, condor["Requirements"]!.Text, StringComparison.Ordinal);
            Assert.Contains(part, ours["Requirements"]!.Text, StringComparison.Ordinal);
        }
    }
}
