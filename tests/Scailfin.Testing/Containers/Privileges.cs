using Docker.DotNet.Models;

namespace Scailfin.Testing.Containers;

/// <summary>
/// What container runtimes inside a container need: mounts (SYS_ADMIN), overlays over unpacked images (DAC_READ_SEARCH), pivot_root and
/// keyrings (no seccomp filter), a whole /proc, FUSE for users' image files and loop devices for root's. It is less than --privileged,
/// which a machine that is itself a container often cannot give.
/// </summary>
internal static class Privileges
{
    public static void Grant(HostConfig host)
    {
        host.CapAdd = ["SYS_ADMIN", "DAC_READ_SEARCH"];
        host.SecurityOpt = ["seccomp=unconfined", "apparmor=unconfined"];
        host.MaskedPaths = [];
        host.ReadonlyPaths = [];
        if (File.Exists("/dev/fuse"))
            host.Devices = [new DeviceMapping { PathOnHost = "/dev/fuse", PathInContainer = "/dev/fuse", CgroupPermissions = "rwm" }];
        host.DeviceCgroupRules = ["b 7:* rmw", "c 10:237 rmw"];
    }
}
