using Scailfin.JobWrapper.Sites;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests.Conformance;

public sealed class ApptainerFolderAsRootTests(HpcContainer site) : ConformanceSuite(site, new RuntimeTarget
{
    Name = "apptainer, a folder, root",
    User = "root",
    Uid = "0",
    Profile = new SiteProfile { Runtimes = ["apptainer"] },
});

public sealed class ApptainerFolderAsUserTests(HpcContainer site) : ConformanceSuite(site, new RuntimeTarget
{
    Name = "apptainer, a folder, user",
    Profile = new SiteProfile { Runtimes = ["apptainer"] },
});

public sealed class ApptainerFileAsRootTests(HpcContainer site) : ConformanceSuite(site, new RuntimeTarget
{
    Name = "apptainer, a SIF file, root",
    User = "root",
    Uid = "0",
    Image = "box.sif",
    Profile = new SiteProfile { Runtimes = ["apptainer"] },
});

public sealed class ApptainerFileAsUserTests(HpcContainer site) : ConformanceSuite(site, new RuntimeTarget
{
    Name = "singularity, a SIF file, user",
    Image = "box.sif",
    Profile = new SiteProfile { Runtimes = ["singularity"] },
});

public sealed class CharliecloudTests(HpcContainer site) : ConformanceSuite(site, new RuntimeTarget
{
    Name = "charliecloud",
    Profile = new SiteProfile { Runtimes = ["charliecloud"] },
});

public sealed class PodmanAsUserTests(HpcContainer site) : ConformanceSuite(site, new RuntimeTarget
{
    Name = "podman, user",
    Uid = "0",
    Profile = new SiteProfile { Runtimes = ["podman"] },
});

public sealed class PodmanAsRootTests(HpcContainer site) : ConformanceSuite(site, new RuntimeTarget
{
    Name = "podman, root",
    User = "root",
    Uid = "0",
    Profile = new SiteProfile { Runtimes = ["podman"] },
});

public sealed class BubblewrapTests(HpcContainer site) : ConformanceSuite(site, new RuntimeTarget
{
    Name = "bubblewrap",
    Profile = new SiteProfile { Runtimes = ["bubblewrap"] },
});

public sealed class NoContainerTests(HpcContainer site) : ConformanceSuite(site, new RuntimeTarget
{
    Name = "none",
    Image = "",
    IsMoved = true,
    Profile = new SiteProfile { Runtimes = ["none"] },
});

/// <summary>As at Blue Waters: aprun starts Shifter, and the workspace stands elsewhere inside.</summary>
public sealed class ShifterTests(HpcContainer site) : ConformanceSuite(site, new RuntimeTarget
{
    Name = "shifter and aprun",
    Image = "docker.io/library/box:1",
    Workspace = "/var/reana/users/x/ws",
    Inside = "/w",
    StandsIn = true,
    Profile = new SiteProfile { Runtimes = ["shifter"], Launcher = "aprun", ContainerWorkspaceRoot = "/w" },
});

public sealed class SrunTests(HpcContainer site) : ConformanceSuite(site, new RuntimeTarget
{
    Name = "apptainer and srun",
    InSlurm = true,
    Profile = new SiteProfile { Runtimes = ["apptainer"], Launcher = "srun" },
});
