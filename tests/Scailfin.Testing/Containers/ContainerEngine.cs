using System.ComponentModel;
using DotNet.Testcontainers.Configurations;
using Xunit;

namespace Scailfin.Testing.Containers;

/// <summary>
/// The Docker engine of this machine. Without one the test is skipped, but fails in CI, which starts one in tests/run.sh.
/// </summary>
public static class ContainerEngine
{
    private const string Variable = "DOCKER_API_VERSION";
    private static readonly Lazy<Task<string?>> Problem = new(FindProblemAsync);

    /// <summary>Kinds of objects, each with the options of its removal; containers use the others.</summary>
    private static readonly string[][] Kinds = [["container", "--force", "--volumes"], ["volume"], ["network"]];

    /// <summary>Ends the test when there is no engine, or the engine lacks the image.</summary>
    public static async Task RequireAsync(string image)
    {
        string? problem = await Problem.Value;
        if (problem is null && (await RunAsync(["image", "inspect", image])).ExitCode != 0)
            problem = $"the image '{image}' is missing; tests/environment/build.sh and deploy/docker/build.sh make the images of the tests";
        if (problem is not null)
            End(problem);
    }

    /// <summary>Ends the test because something is missing: fails it in CI, skips it elsewhere.</summary>
    internal static void End(string problem)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(problem);
        Assert.Skip(problem);
    }

    /// <summary>Runs <c>docker</c> with these arguments.</summary>
    public static Task<CommandResult> RunAsync(IReadOnlyList<string> arguments) =>
        BoundedProcess.RunAsync(["docker", .. arguments], "", TimeSpan.FromMinutes(5));

    /// <summary>Lists the containers, volumes and networks with a label.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(string label)
    {
        List<string> found = [];
        foreach (string[] kind in Kinds)
            found.AddRange((await ListAsync(kind, label)).Select(id => $"{kind[0]} {id}"));
        return found;
    }

    /// <summary>Removes the containers, volumes and networks with a label.</summary>
    internal static async Task RemoveAsync(string label)
    {
        foreach (string[] kind in Kinds)
        {
            if (await ListAsync(kind, label) is { Length: > 0 } found)
                await RunAsync([kind[0], "rm", .. kind[1..], .. found]);
        }
    }

    private static async Task<string[]> ListAsync(string[] kind, string label)
    {
        string[] all = kind[0] == "container" ? ["--all"] : [];
        CommandResult listed = await RunAsync([kind[0], "ls", "--quiet", .. all, "--filter", $"label={label}"]);
        return listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string?> FindProblemAsync()
    {
        try
        {
            CommandResult version = await RunAsync(["version", "--format", "{{.Server.APIVersion}}"]);
            if (version.ExitCode != 0)
                return $"no Docker engine answers: {version.Error.Trim()}";
            // Clients that are newer than the engine are told its version. The programs that we start inherit it; Testcontainers reads it
            // once, when it is first touched.
            if (Environment.GetEnvironmentVariable(Variable) is null or "")
                Environment.SetEnvironmentVariable(Variable, version.Output.Trim());
            // The reaper is a container of an image that would have to be pulled; HpcContainer cleans up by itself.
            TestcontainersSettings.ResourceReaperEnabled = false;
            return null;
        }
        catch (Win32Exception)
        {
            return "the program 'docker' is missing; Debian has it in docker.io";
        }
    }
}
