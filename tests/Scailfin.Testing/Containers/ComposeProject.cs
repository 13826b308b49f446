using System.ComponentModel;

namespace Scailfin.Testing.Containers;

/// <summary>A Compose file, started under a project name of its own.</summary>
/// <remarks>It runs docker-compose 1.29, which Debian 12 has, and where that is missing <c>docker compose</c>.</remarks>
public sealed class ComposeProject : IAsyncDisposable
{
    private static readonly Lazy<Task<string[]?>> Program = new(FindAsync);

    private readonly ContainerOwner _owner;
    private readonly string[] _prefix;
    private bool _down;

    private ComposeProject(ContainerOwner owner, string[] prefix)
    {
        _owner = owner;
        _prefix = prefix;
    }

    /// <summary>Starts all services of a file.</summary>
    /// <param name="file">The Compose file.</param>
    /// <param name="images">The images that it needs.</param>
    /// <param name="writeVariables">Writes the project's file of variables.</param>
    public static async Task<ComposeProject> StartAsync(
        string file, IReadOnlyList<string> images, Func<string, Task> writeVariables)
    {
        foreach (string image in images)
            await ContainerEngine.RequireAsync(image);
        string[] program = await RequireProgramAsync();
        await ContainerOwner.SweepAsync();
        ContainerOwner owner = ContainerOwner.Create();
        string variables = Path.Combine(owner.Folder, "variables");
        var project = new ComposeProject(
            owner, [.. program, "--project-name", owner.Project, "--file", file, "--env-file", variables]);
        try
        {
            await writeVariables(variables);
            (await project.RunAsync("up", "--detach")).OutputOfSuccess();
            return project;
        }
        catch
        {
            await project.DisposeAsync();
            throw;
        }
    }

    /// <summary>The program and its first arguments; ends the test where neither program is there.</summary>
    public static async Task<string[]> RequireProgramAsync()
    {
        string[]? program = await Program.Value;
        if (program is null)
            ContainerEngine.End("neither 'docker-compose' nor 'docker compose' runs; Debian has the first in docker-compose");
        return program!;
    }

    /// <summary>Runs a command of Compose on this project.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) =>
        BoundedProcess.RunAsync([.. _prefix, .. arguments], "", TimeSpan.FromMinutes(5));

    /// <summary>Runs a program in the container of a service, as that container's user.</summary>
    public Task<CommandResult> ExecAsync(string service, params string[] command) => RunAsync(["exec", "-T", service, .. command]);

    /// <summary>The address on this machine of a port of a service.</summary>
    public async Task<string> AddressAsync(string service, int port) =>
        (await RunAsync("port", service, $"{port}")).OutputOfSuccess().Trim();

    /// <summary>The state of each container of a service: its name, its health, and how often the check of that failed in a row.</summary>
    public async Task<IReadOnlyList<string>> HealthAsync()
    {
        string[] ids = (await RunAsync("ps", "--quiet")).OutputOfSuccess().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        const string Format = "{{.Name}} {{with .State.Health}}{{.Status}} {{.FailingStreak}}{{else}}unchecked{{end}}";
        return (await ContainerEngine.RunAsync(["inspect", "--format", Format, .. ids])).OutputOfSuccess()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Takes everything down, volumes too.</summary>
    public async Task DownAsync()
    {
        (await RunAsync("down", "--volumes", "--timeout", "20")).OutputOfSuccess();
        _down = true;
    }

    /// <summary>Containers, volumes and networks of this project.</summary>
    public Task<IReadOnlyList<string>> ListAsync() => ContainerEngine.ListAsync(LabelOf(_owner.Project));

    public async ValueTask DisposeAsync()
    {
        if (!_down)
            await RunAsync("down", "--volumes", "--timeout", "0");
        await _owner.DisposeAsync();
    }

    /// <summary>The label of everything that Compose makes for a project.</summary>
    internal static string LabelOf(string project) => $"com.docker.compose.project={project}";

    private static async Task<string[]?> FindAsync()
    {
        foreach (string[] program in (string[][])[["docker-compose"], ["docker", "compose"]])
        {
            try
            {
                if ((await BoundedProcess.RunAsync([.. program, "version"], "", TimeSpan.FromMinutes(1))).ExitCode == 0)
                    return program;
            }
            catch (Win32Exception)
            {
                // That one is missing.
            }
        }

        return null;
    }
}
