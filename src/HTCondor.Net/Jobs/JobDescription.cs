using System.Runtime.InteropServices;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;

namespace HTCondor.Net.Jobs;

/// <summary>
/// A job, as HTCondor needs it said. The queue takes any attributes and believes them: a job without <c>Iwd</c> crashes its shadow for
/// ever, one without <c>RequestMemory</c> stays idle for ever. This type always writes the whole set, or refuses.
/// </summary>
public sealed record JobDescription
{
    /// <summary>The universe that runs the job.</summary>
    /// <value>The default value is the vanilla universe.</value>
    public JobUniverse Universe { get; init; }

    /// <summary>
    /// The program (<c>Cmd</c>). A relative path is below <see cref="WorkingDirectory"/> if the program is transferred; otherwise the slot
    /// or the container resolves it.
    /// </summary>
    public required string Executable { get; init; }

    /// <summary>Whether the program is sent along; otherwise it is there already. Ignored if no files are transferred.</summary>
    /// <value>The default value is true.</value>
    public bool TransferExecutable { get; init; } = true;

    /// <summary>Each arrives as it is, spaces and quotes included. A line break cannot be carried.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables by name. A line break cannot be carried.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The absolute directory on the submit machine that relative paths are below (<c>Iwd</c>).</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The file that is its standard input; null for none.</summary>
    public string? Input { get; init; }

    /// <summary>The file that its standard output goes to; null for nowhere.</summary>
    public string? Output { get; init; }

    /// <summary>The file that its standard error goes to; null for nowhere.</summary>
    public string? Error { get; init; }

    /// <summary>Whether standard output and error are written while the job runs, not at its end.</summary>
    /// <value>The default value is false.</value>
    public bool Stream { get; init; }

    /// <summary>
    /// The absolute path of the event log (<c>UserLog</c>), in a directory that the job's owner can write to; null for none. If it
    /// cannot be written, the job runs anyway, without a log and without an error.
    /// </summary>
    public string? EventLog { get; init; }

    /// <summary>Requirements on the slot beyond those of the other properties; null for none.</summary>
    public ClassAdExpression? Requirements { get; init; }

    /// <summary>The processor's name in HTCondor (<c>X86_64</c>, <c>aarch64</c>); null for any. Ignored in the grid universe.</summary>
    /// <value>The default value is this machine's.</value>
    public string? Architecture { get; init; } =
        RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "aarch64" : "X86_64";

    /// <summary>Processors, at least 1.</summary>
    /// <value>The default value is 1.</value>
    public int Cpus { get; init; } = 1;

    /// <summary>Memory in MiB, at least 1.</summary>
    /// <value>The default value is 128, as HTCondor's.</value>
    public long MemoryMiB { get; init; } = 128;

    /// <summary>Disk in KiB, at least 1.</summary>
    /// <value>The default value is 102,400: 100 MiB.</value>
    public long DiskKiB { get; init; } = 100 * 1024;

    /// <summary>Graphics processors.</summary>
    /// <value>The default value is 0: the attribute is not written.</value>
    public int Gpus { get; init; }

    /// <summary>Whether HTCondor carries the files.</summary>
    /// <value>The default value is yes.</value>
    public FileTransfer Transfer { get; init; }

    /// <summary>The condition under which the output is transferred back.</summary>
    /// <value>The default value is on exit.</value>
    public OutputTransfer OutputTransfer { get; init; }

    /// <summary>
    /// The file system domain of the submit machine (its configuration's <c>FILESYSTEM_DOMAIN</c>): with it, and <see cref="Transfer"/>
    /// other than yes, only machines of the same domain match. Null for no requirement.
    /// </summary>
    public string? FileSystemDomain { get; init; }

    /// <summary>Files, directories and URLs to send. HTCondor separates them by commas and cannot carry one in a name.</summary>
    public IReadOnlyList<string> InputFiles { get; init; } = [];

    /// <summary>
    /// Files and directories to bring back, relative to the job's directory; null for every new or changed file at its top; empty for none.
    /// </summary>
    public IReadOnlyList<string>? OutputFiles { get; init; }

    /// <summary>
    /// The container's image in the container universe: <c>docker://...</c>, a <c>.sif</c> file or a directory, as the slot's machine finds
    /// it.
    /// </summary>
    public string? Image { get; init; }

    /// <summary>The other system, in the grid universe: <c>batch slurm</c>, <c>batch slurm alice@login.example.org</c>.</summary>
    public string? GridResource { get; init; }

    /// <summary>Whether the job can reach the submit machine's files through condor_chirp.</summary>
    /// <value>The default value is false.</value>
    public bool WantIOProxy { get; init; }

    /// <summary>
    /// While it is true, an ended job stays in the queue; null: it leaves. A spooled job has to stay until its output was retrieved.
    /// </summary>
    public ClassAdExpression? LeaveInQueue { get; init; }

    /// <summary>The job is held when this becomes true; null for never.</summary>
    public ClassAdExpression? PeriodicHold { get; init; }

    /// <summary>A held job is released when this becomes true; null for never.</summary>
    public ClassAdExpression? PeriodicRelease { get; init; }

    /// <summary>The job is removed when this becomes true; null for never.</summary>
    public ClassAdExpression? PeriodicRemove { get; init; }

    /// <summary>The accounting group, <c>group_physics.higgs</c>; null for none. Only with <see cref="AccountingUser"/>.</summary>
    public string? AccountingGroup { get; init; }

    /// <summary>
    /// The user within the group to whom the usage is charged, usually the job's owner. Only with <see cref="AccountingGroup"/>.
    /// </summary>
    public string? AccountingUser { get; init; }

    /// <summary>The batch name that condor_q shows; null for the cluster's number.</summary>
    public string? BatchName { get; init; }

    /// <summary>The text that condor_q shows instead of the program's name; null for the program's name.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// How long the program may run in one start, in whole seconds, above zero (<c>AllowedExecuteDuration</c>); then the job is held with
    /// code 47. Null for no bound.
    /// </summary>
    public TimeSpan? MaxRuntime { get; init; }

    /// <summary>Among the same user's jobs the higher goes first.</summary>
    /// <value>The default value is 0.</value>
    public int Priority { get; init; }

    /// <summary>Whether the job waits for a release, held with code 15.</summary>
    /// <value>The default value is false.</value>
    public bool Hold { get; init; }

    /// <summary>More attributes, except those that another property of this type sets and those that only the schedd may set.</summary>
    public ClassAd Extra { get; init; } = [];

    /// <summary>Everything that is wrong with it; empty if nothing is.</summary>
    public IReadOnlyList<JobProblem> Validate() => new JobRules(this).Problems();

    /// <summary>A request to submit this one job.</summary>
    /// <param name="spool">Whether the job's input is sent to the schedd's spool afterwards, and its output retrieved from there.</param>
    /// <exception cref="JobDescriptionException">The job is not valid.</exception>
    public SubmitRequest ToSubmitRequest(bool spool = false) => ToSubmitRequest([this], spool);

    /// <summary>A request to submit these jobs in one cluster: what they have in common goes over the wire once.</summary>
    /// <exception cref="JobDescriptionException">One of the jobs is not valid.</exception>
    /// <exception cref="ArgumentException">The list of jobs is empty.</exception>
    public static SubmitRequest ToSubmitRequest(IReadOnlyList<JobDescription> jobs, bool spool = false)
    {
        if (jobs.Count == 0)
            throw new ArgumentException("At least one job is needed.", nameof(jobs));
        JobProblem[] problems = [.. jobs.SelectMany(job => job.Validate()).Distinct()];
        if (problems.Length > 0)
            throw new JobDescriptionException(problems);
        ClassAd[] ads = [.. jobs.Select(job => new JobAd(job).Write(spool))];
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
            new JobAd(jobs[proc]).AddStatus(ads[proc], spool);
        }

        return new SubmitRequest { Shared = shared, Procs = ads, Spool = spool };
    }
}
