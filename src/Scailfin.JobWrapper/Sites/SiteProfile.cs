using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.JobWrapper.Sites;

/// <summary>
/// The properties of the site where the wrapper runs. Each is an option that an operator can write; docs/sites has examples.
/// </summary>
public sealed partial record SiteProfile
{
    /// <summary>Runtimes that the wrapper knows. <c>none</c> runs steps without a container.</summary>
    public static IReadOnlyList<string> KnownRuntimes { get; } =
        ["apptainer", "singularity", "shifter", "podman-hpc", "charliecloud", "bubblewrap", "podman", "none"];

    /// <summary>Programs that start a step on the nodes of an allocation.</summary>
    public static IReadOnlyList<string> KnownLaunchers { get; } = ["none", "aprun", "srun"];

    /// <summary>Order of preference; <c>none</c> only if the operator names it.</summary>
    public IReadOnlyList<string> Runtimes { get; init; } = ["apptainer", "singularity", "bubblewrap", "charliecloud", "podman"];

    /// <summary>The modules that provide a runtime that is not on PATH; by default a module of the runtime's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Modules { get; init; } = NoWords;

    /// <summary>Files that define the shell function <c>module</c>; those that exist are sourced until it is defined.</summary>
    public IReadOnlyList<string> ModuleInit { get; init; } =
    [
        "/etc/profile.d/modules.sh", "/etc/profile.d/lmod.sh", "/etc/profile.d/z00_lmod.sh", "/usr/share/lmod/lmod/init/bash",
        "/usr/share/modules/init/bash", "/opt/modules/default/init/bash",
    ];

    /// <summary>More arguments for a runtime's command line, such as <c>--unsquash</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> RuntimeOptions { get; init; } = NoWords;

    /// <summary>The arguments that give a runtime's container the GPUs, if they are not the default ones.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> GpuOptions { get; init; } = NoWords;

    /// <summary>One of <see cref="KnownLaunchers"/>.</summary>
    public string Launcher { get; init; } = "none";

    /// <summary>More arguments for the launcher.</summary>
    public IReadOnlyList<string> LauncherOptions { get; init; } = [];

    /// <summary>
    /// Places for a job's own files, the first that can be written is used; each absolute, or begins with a variable of the node such as
    /// <c>$SCRATCH</c>.
    /// </summary>
    public IReadOnlyList<string> Scratch { get; init; } = ["$_CONDOR_SCRATCH_DIR", "$SLURM_TMPDIR", "$TMPDIR", "/tmp"];

    /// <summary>Places for images that were fetched, of the same form; empty for a folder of the user's in the scratch directory.</summary>
    public IReadOnlyList<string> ImageCache { get; init; } = [];

    /// <summary>
    /// The directories of images by name, as unpacked directories or as SIF files. An image given as a path must be in one of them.
    /// </summary>
    public IReadOnlyList<string> ImageDirectories { get; init; } = [];

    /// <summary>
    /// Further directories of the node that a container sees: <c>SOURCE</c>, <c>SOURCE:TARGET</c>, each with or without <c>:ro</c>. Missing
    /// ones are left out.
    /// </summary>
    public IReadOnlyList<string> Binds { get; init; } = [];

    /// <summary>
    /// Directories that the administrator has mounted into every Shifter container, at their own path: a workspace in one of them needs no
    /// volume.
    /// </summary>
    public IReadOnlyList<string> SiteMounts { get; init; } = [];

    /// <summary>
    /// The directory of the workspace inside a Shifter container if Shifter refuses the workspace's own path; command and environment
    /// are rewritten. Empty: such a job fails.
    /// </summary>
    public string ContainerWorkspaceRoot { get; init; } = "";

    /// <summary>The staging of the workspace, if the manager has a choice.</summary>
    public StagingMode Staging { get; init; } = StagingMode.Shared;

    /// <summary>The umask of the wrapper and of the step.</summary>
    public string Umask { get; init; } = "022";

    /// <summary>Resources of steps by name; the first rule that matches holds.</summary>
    public IReadOnlyList<JobRule> JobRules { get; init; } = [];

    /// <summary>How many bytes of the main stream are kept from its beginning.</summary>
    public long LogHead { get; init; } = 8L << 20;

    /// <summary>How many bytes more are kept from its end.</summary>
    public long LogTail { get; init; } = 1L << 20;

    /// <summary>Time between TERM and KILL.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often fetching an image is tried if its registry fails.</summary>
    public int PullTries { get; init; } = 3;

    /// <summary>How long one such try may take.</summary>
    public TimeSpan PullTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long staging may take, in and out each.</summary>
    public TimeSpan StageTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many outputs the receipt lists.</summary>
    public int ListedOutputs { get; init; } = 1000;

    /// <summary>Outputs up to this many bytes together get their SHA-256 in the receipt; 0 for none.</summary>
    public long HashedBytes { get; init; } = 256L << 20;

    private static IReadOnlyDictionary<string, IReadOnlyList<string>> NoWords { get; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Returns the resources that the rules give to a job by its name.</summary>
    public JobResources ResourcesOf(JobSpec spec) =>
        JobRules.FirstOrDefault(rule => rule.Matches(spec.JobName))?.Resources ?? new JobResources();
}
