using System.Globalization;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Images;
using Xunit;

namespace Scailfin.Testing.Containers;

/// <summary>
/// An HPC site in a container of its own: an HTCondor pool, Slurm and sshd, each started when it is asked for. A fixture of a class or an
/// assembly; tests that harm the site make one for themselves. The container is made by the first call, which skips the test where there is
/// no engine.
/// </summary>
/// <remarks>
/// Its users are alice (1001) and bob (1002), beside root. <see cref="Folder"/> is the same folder, at the same path, on the host and
/// inside.
/// </remarks>
public sealed partial class HpcContainer : IAsyncLifetime
{
    private readonly SemaphoreSlim _starting = new(1);
    private readonly HashSet<string> _started = [];
    private ContainerOwner? _owner;
    private IContainer? _container;

    /// <summary>What is asked of this one; the usual site by default.</summary>
    public HpcOptions Options { get; init; } = new();

    /// <summary>The port of 127.0.0.1 behind which sshd listens; inside it is 2222.</summary>
    public int SshPort => Container.GetMappedPublicPort(SshPortInside);

    /// <summary>The folder that both sides share. Everybody may write in it; it is removed with the container.</summary>
    public string Folder => _owner?.Folder ?? throw NotStarted();

    /// <summary>The engine's name of the container.</summary>
    public string Id => Container.Id;

    /// <summary>Where the host reaches whatever listens inside on all addresses.</summary>
    public string Address => Container.IpAddress;

    private const int SshPortInside = 2222;

    private IContainer Container => _container ?? throw NotStarted();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Makes the container, which runs nothing yet.</summary>
    public async Task StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_container is null)
                await MakeAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Starts the pool and waits until it runs jobs. Nothing happens when it was started already.</summary>
    public Task StartPoolAsync() => StartServiceAsync("site-condor");

    /// <summary>Starts munge, slurmctld and slurmd and waits until the node takes jobs.</summary>
    public Task StartSlurmAsync() => StartServiceAsync("site-slurm");

    /// <summary>Starts sshd, with a new host key.</summary>
    public Task StartSshdAsync() => StartServiceAsync("site-sshd");

    /// <summary>
    /// Starts the KDC of the realm POOL.TEST. The pool (FS and IDTOKENS otherwise) and sshd (as host "hpc") then take tickets, which users
    /// get by <c>kinit -k -t ~/user.keytab alice</c>.
    /// </summary>
    public Task StartKerberosAsync() => StartServiceAsync("site-kerberos");

    /// <summary>Makes a new folder in <see cref="Folder"/> that belongs to a user of the container and is writable for everybody.</summary>
    public async Task<string> MakeFolderAsync(string user)
    {
        await StartAsync();
        string folder = Path.Combine(Folder, Guid.NewGuid().ToString("N")[..12]);
        (await ExecAsync("root", "install", "-d", "-o", user, "-g", user, "-m", "777", folder)).OutputOfSuccess();
        return folder;
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null)
        {
            // A host user who is not root cannot remove what others wrote.
            await ExecAsync("root", "find", Folder, "-mindepth", "1", "-delete");
            await _container.DisposeAsync();
        }
        if (_owner is not null)
            await _owner.DisposeAsync();
    }

    private static InvalidOperationException NotStarted() =>
        new("The container is made by StartAsync, StartPoolAsync, StartSlurmAsync or StartSshdAsync.");

    private async Task StartServiceAsync(string service)
    {
        await StartAsync();
        await _starting.WaitAsync();
        try
        {
            if (_started.Add(service))
                await ServiceAsync(service, "start");
        }
        catch (Exception)
        {
            _started.Remove(service);
            throw;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>The scripts give up by themselves once nothing moves; this only ends what hangs.</summary>
    private async Task ServiceAsync(params string[] command) =>
        (await ExecAsync("root", command, "", deadline: TimeSpan.FromMinutes(20))).OutputOfSuccess();

    private async Task MakeAsync()
    {
        string image = EnvironmentImage.Named(Options.Image);
        await ContainerEngine.RequireAsync(image);
        await ContainerOwner.SweepAsync();
        _owner = ContainerOwner.Create();
        ContainerBuilder builder = new ContainerBuilder(image)
            .WithImagePullPolicy(PullPolicy.Never)
            .WithHostname("hpc")
            .WithLabel(ContainerOwner.Label, _owner.LockFile)
            .WithBindMount(_owner.Folder, _owner.Folder)
            .WithBindMount(_owner.LockFile, "/run/scailfin-owner", AccessMode.ReadOnly)
            .WithPortBinding(SshPortInside, assignRandomHostPort: true)
            .WithCommand("flock", "/run/scailfin-owner", "true")
            .WithAutoRemove(true)
            .WithCreateParameterModifier(parameters => Privileges.Grant(parameters.HostConfig!));
        foreach (string path in Options.ReadOnlyMounts)
            builder = builder.WithBindMount(Path.GetFullPath(path), Path.GetFullPath(path), AccessMode.ReadOnly);
        if (Options.SpoolMegabytes is { } megabytes)
        {
            string size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
            builder = builder.WithCreateParameterModifier(parameters =>
                (parameters.HostConfig!.Tmpfs ??= new Dictionary<string, string>(StringComparer.Ordinal))[Spool] = size);
        }
        if (Options.MemoryMegabytes is { } memory)
            builder = builder.WithCreateParameterModifier(parameters =>
                parameters.HostConfig!.Memory = parameters.HostConfig.MemorySwap = (long)memory << 20);
        IContainer container = builder.Build();
        await container.StartAsync();
        _container = container;
        if (Options.CondorConfiguration.Length > 0)
            await ConfigureCondorAsync(Options.CondorConfiguration);
    }
}
