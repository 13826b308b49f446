using System.Globalization;
using Scailfin.Core.JobManagers;
using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>What a step reaches beyond its own: docs/security.md has the table, each of its cells is tried here.</summary>
public sealed class ProbesTests(HpcContainer site)
{
    private const string Said = "probe ";

    /// <summary>What may be reached, and how a step would: the command ends with 0 where it succeeds, and changes nothing then.</summary>
    private static readonly (string What, string How)[] Probes =
    [
        // The node's kernel.
        ("kernel: the pattern of core files", "true >>/proc/sys/kernel/core_pattern"),
        ("kernel: its host name", "true >>/proc/sys/kernel/hostname"),
        ("kernel: its caches", "true >>/proc/sys/vm/drop_caches"),
        ("kernel: its overcommit of memory", "true >>/proc/sys/vm/overcommit_memory"),
        ("kernel: its forwarding of packets", "true >>/proc/sys/net/ipv4/ip_forward"),
        ("kernel: its command key", "true >>/proc/sysrq-trigger"),
        ("kernel: its interrupts", "true >>/proc/irq/default_smp_affinity"),
        ("kernel: its memory", "head -c 1 /proc/kcore | grep -q ."),
        ("kernel: its addresses", "grep -qv '^0000000000000000' /proc/kallsyms"),
        ("kernel: its modules", "true >>/proc/sys/kernel/modprobe"),
        ("kernel: huge pages", "true >>/sys/kernel/mm/transparent_hugepage/enabled"),
        ("kernel: control groups",
            "for at in /sys/fs/cgroup /sys/fs/cgroup/*; do mkdir $at/p && ls $at/p/cgroup.procs && rmdir $at/p && exit 0; done; exit 1"),
        ("kernel: its log", "timeout 2 head -c 1 /dev/kmsg | grep -q ."),

        // Devices.
        ("devices: memory", "head -c 1 /dev/mem | grep -q ."),
        ("devices: ports", "[ -e /dev/port ]"),
        ("devices: disks", "for at in /dev/[svx]d[a-z]* /dev/nvme* /dev/dm-* /dev/loop*; do head -c 1 $at && exit 0; done; exit 1"),
        ("devices: a disk of its own making", "mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk | grep -q ."),
        ("devices: memory of its own making", "mknod /tmp/memory c 1 1 && head -c 1 /tmp/memory | grep -q ."),
        ("devices: virtual machines", "[ -e /dev/kvm ]"),
        ("devices: consoles", "ls -d /dev/tty[0-9]* /dev/vcs* 2>/dev/null | grep -q ."),

        // Mounts.
        ("mounts: something of its own", "mount -t tmpfs none /tmp && umount /tmp"),
        ("mounts: a folder on another", "mount -o bind /tmp /etc && umount /etc"),
        ("mounts: the image to be written", "mount -o remount,rw / && true >>/etc/passwd"),
        ("mounts: /proc/sys to be written", "mount -o remount,rw /proc/sys"),
        ("mounts: what hides something removed", "umount /proc"),
        ("mounts: another root", "chroot /tmp /bin/true || chroot / /bin/true"),

        // Powers.
        ("powers: to gain more (no_new_privs is off)", "grep -q 'NoNewPrivs:[^0-9]*0' /proc/self/status"),
        ("powers: of another user", "setuidgid 12345:12345 true"),
        ("powers: over the network", "ip addr add 127.0.0.77/8 dev lo && ip addr del 127.0.0.77/8 dev lo"),
        ("powers: over priorities", "renice -n -5 $$"),
        ("powers: over limits", "ulimit -n 4000000"),
        ("powers: to be spared when memory is short", "echo -1000 >/proc/self/oom_score_adj"),
        ("powers: to make a file that nobody can change", "touch /tmp/i && chattr +i /tmp/i && chattr -i /tmp/i"),
        ("powers: to give files away", "touch /tmp/c && chown 12345 /tmp/c"),

        // Other processes, their files and the service's.
        ("others: processes of the node", "[ $(ls -d /proc/[0-9]* | wc -l) -gt 15 ]"),
        ("others: the environment of the wrapper", "cat /proc/[0-9]*/environ 2>/dev/null | grep -q OUTSIDE_SECRET"),
        ("others: the root of the node through /proc", "ls /proc/[0-9]*/root/outside-marker"),
        ("others: its receipt and its script",
            "find / -path /proc -prune -o \\( -name wrapper.sh -o -name receipt.json \\) -print | grep -q ."),
        ("others: files in temporary places", "find /tmp /var/tmp -name 'outside-marker*' | grep -q ."),
        ("others: files in shared memory", "find /dev/shm /dev/mqueue -name 'outside-marker*' | grep -q ."),
        ("others: files of the user and the node",
            "find / \\( -path /proc -o -path /dev -o -path /tmp -o -path /var/tmp \\) -prune -o -name 'outside-marker*' -print "
                + "| grep -q ."),
        ("others: password hashes", "grep -q root: /etc/shadow"),
        ("others: sockets of daemons", "find / -path /proc -prune -o -type s -print | grep -q ."),
    ];

    /// <summary>What docs/security.md says is reached all the same.</summary>
    private static readonly Dictionary<(string User, string Runtime), string[]> Reached = new()
    {
        [("alice", "charliecloud")] = ["others: files in shared memory"],
    };

    private static readonly StepUser ServiceNamed = new(54321, 54321);

    private static readonly string[] Kinds = ["apptainer", "bubblewrap", "charliecloud", "podman"];
    private static readonly SemaphoreSlim Gate = new(1);
    private static readonly Dictionary<string, IReadOnlyDictionary<string, AttemptResult>> Results = new(StringComparer.Ordinal);

    public static TheoryData<string, string> Runtimes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string runtime in Kinds)
            {
                data.Add("alice", runtime);
                if (runtime != "charliecloud")
                    data.Add("root", runtime);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task A_step_reaches_nothing_beyond_its_own_but_what_the_security_document_says(string user, string runtime)
    {
        AttemptResult result = (await OfAsync(user))[runtime];
        Assert.True(result.Receipt?.ExitCode == 0, result.ToString());
        string[] said = [.. result.Output.Split('\n').Where(line => line.StartsWith(Said, StringComparison.Ordinal))];
        Assert.Equal(Probes.Length, said.Length);
        IEnumerable<string> reached = said.Where(line => line.EndsWith(": reached", StringComparison.Ordinal))
            .Select(line => line[Said.Length..^": reached".Length]);
        Assert.Equal(Reached.GetValueOrDefault((user, runtime), []), reached);
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task No_step_leaves_a_setuid_program_of_root_in_the_workspace(string user, string runtime) =>
        Assert.Equal("", (await OfAsync(user))[runtime].Text("setuid"));

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task Roots_step_is_the_user_that_the_service_named_and_its_files_are_that_users(string user, string runtime)
    {
        string owner = (await OfAsync(user))[runtime].Text("owner").Trim();
        if (user == "root")
            Assert.Equal(ServiceNamed.User.ToString(CultureInfo.InvariantCulture), owner);
        else
            Assert.NotEqual("0", owner);
    }

    [Fact]
    public async Task Root_runs_no_step_in_Charliecloud()
    {
        AttemptResult result = (await OfAsync("root"))["charliecloud"];
        Assert.True(result.Receipt is { ExitCode: 127, FailedPhase: "runtime", StepMayHaveRun: false }, result.ToString());
        Assert.Contains(
            "a step that root starts in it keeps root's power over this node", result.Receipt.Message, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyDictionary<string, AttemptResult>> OfAsync(string user)
    {
        await Gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!Results.TryGetValue(user, out IReadOnlyDictionary<string, AttemptResult>? results))
            {
                var target = new RuntimeTarget { Name = "probes", User = user, Workspace = "/w/ws", Profile = new SiteProfile() };
                results = Results[user] = await AttemptBatch.RunAsync(site, target, Kinds.Select(kind => Tried(kind, user)));
            }

            return results;
        }
        finally
        {
            Gate.Release();
        }
    }

    private static Scenario Tried(string runtime, string user) => new(runtime, Script)
    {
        Site = site => site with { Runtimes = [runtime] },
        Staging = StagingMode.Shared,
        StepUser = user == "root" ? ServiceNamed : null,
        Before = $"mkdir ws; {(user == "root" ? $"chown {ServiceNamed.User} ws;" : "")} "
            + "for at in \"$HOME\" /tmp /var/tmp /dev/shm ../..; do : >\"$at/outside-marker-$(id -u)\"; done",
        Under = "export OUTSIDE_SECRET=1",
        After = "find . -type f -perm -4000 -user root >setuid 2>/dev/null; stat -c %u ws/setuid-program >owner",
    };

    private static string Script => "cp /bin/busybox setuid-program; chmod 4755 setuid-program\n"
        + string.Concat(Probes.Select(probe =>
            $"if ({probe.How}) >/dev/null 2>&1; then echo '{Said}{probe.What}: reached'; else echo '{Said}{probe.What}: not'; fi\n"));
}
