using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Images;

namespace Scailfin.Testing.Containers;

/// <summary>A container of the image under test, started as Kubernetes would start it.</summary>
public sealed class ProgramContainer : IAsyncDisposable
{
    private readonly ContainerOwner _owner;
    private readonly IContainer _container;

    private ProgramContainer(ContainerOwner owner, IContainer container)
    {
        _owner = owner;
        _container = container;
    }

    /// <summary>The address of the API in the container.</summary>
    public Uri Address => new($"http://{_container.IpAddress}:5000");

    public bool HasEnded => _container.State == TestcontainersStates.Exited;

    /// <summary>Makes the container and starts its command.</summary>
    public static async Task<ProgramContainer> StartAsync(ProgramContainerOptions options)
    {
        await ContainerEngine.RequireAsync(options.Image);
        await ContainerOwner.SweepAsync();
        ContainerOwner owner = ContainerOwner.Create();
        ContainerBuilder builder = new ContainerBuilder(options.Image)
            .WithImagePullPolicy(PullPolicy.Never)
            .WithLabel(ContainerOwner.Label, owner.LockFile)
            .WithEntrypoint(options.Command[0])
            .WithCommand([.. options.Command.Skip(1)])
            .WithEnvironment(options.Variables)
            .WithCreateParameterModifier(parameters =>
            {
                parameters.HostConfig!.ExtraHosts = [.. options.Hosts.Select(host => $"{host.Key}:{host.Value}")];
                if (options.Restricted)
                {
                    parameters.User = options.User;
                    parameters.HostConfig.ReadonlyRootfs = true;
                    parameters.HostConfig.CapDrop = ["ALL"];
                    parameters.HostConfig.SecurityOpt = ["no-new-privileges"];
                }
            });
        if (options.Hostname.Length > 0)
            builder = builder.WithHostname(options.Hostname);
        foreach ((string path, string text) in options.Files)
        {
            string file = Path.Combine(owner.Folder, Guid.NewGuid().ToString("N"));
            await File.WriteAllTextAsync(file, text);
            builder = builder.WithBindMount(file, path, AccessMode.ReadOnly);
        }

        foreach (string folder in options.Folders)
        {
            string host = Path.Combine(owner.Folder, Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(host);
            File.SetUnixFileMode(host, (UnixFileMode)0b111_111_111);
            builder = builder.WithBindMount(host, folder);
        }

        IContainer container = builder.Build();
        var made = new ProgramContainer(owner, container);
        try
        {
            await container.StartAsync();
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program inside as the container's user.</summary>
    public async Task<CommandResult> ExecAsync(params string[] command)
    {
        ExecResult result = await _container.ExecAsync([.. command]);
        return new CommandResult((int)(result.ExitCode ?? -1), result.Stdout, result.Stderr);
    }

    /// <summary>Waits for the end, and returns the container's exit code.</summary>
    public Task<long> EndAsync() => _container.GetExitCodeAsync();

    /// <summary>Sends TERM to the first process, and returns the container's exit code.</summary>
    public async Task<long> TerminateAsync()
    {
        await SignalAsync("TERM");
        return await _container.GetExitCodeAsync();
    }

    /// <summary>Sends a signal to the first process from outside, which even STOP reaches it from.</summary>
    public async Task SignalAsync(string signal) =>
        (await ContainerEngine.RunAsync(["kill", "--signal", signal, _container.Id])).OutputOfSuccess();

    /// <summary>Ends the container's processes, and starts its command again over the same folders.</summary>
    public async Task RestartAsync()
    {
        await _container.StopAsync();
        await _container.StartAsync();
    }

    /// <summary>What the container has written so far.</summary>
    public async Task<string> LogAsync()
    {
        (string output, string error) = await _container.GetLogsAsync(timestampsEnabled: false);
        return output + error;
    }

    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        await _owner.DisposeAsync();
    }
}

/// <summary>How a <see cref="ProgramContainer"/> is started.</summary>
public sealed record ProgramContainerOptions
{
    public required string Image { get; init; }

    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The name that the kernel has for the machine: in Kubernetes the pod's.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>User and group where <see cref="Restricted"/>; REANA's by default.</summary>
    public string User { get; init; } = "1000:0";

    /// <summary>Whether it is not root, without capabilities and new privileges, on a read-only root file system.</summary>
    public bool Restricted { get; init; }

    /// <summary>Names of other machines and their addresses.</summary>
    public IReadOnlyDictionary<string, string> Hosts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Read-only files, path to text: as of a ConfigMap or a service account.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Folders that all users may write.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];
}
