using System.Diagnostics;
using System.Net.Http.Headers;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.HTCondor;

/// <summary>One <c>scailfin serve</c> of a user of the site, who has no more than an account there; its client is outside.</summary>
internal sealed class SiteService : ServiceClient, IAsyncDisposable
{
    private const string Begin = """
        echo $$ >"$1/service.pid"; exec >>"$1/service.log" 2>&1; shift; exec "$@"
        """;

    // A service that was killed leaves its address behind.
    private const string Address = """
        until [ -s "$1/data/service.url" ]; do sleep 0.1; done; cat "$1/data/service.url" "$1/data/admin.token"
        """;

    private readonly SiteFolder _folder;
    private readonly Process _process;

    private SiteService(SiteFolder folder, Process process, HttpClient http)
        : base(http)
    {
        _folder = folder;
        _process = process;
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<SiteService> StartAsync(SiteFolder folder, string killAt = "")
    {
        HpcContainer site = folder.Site;
        (await site.ExecAsync(folder.User, "rm", "-f", $"{folder.Root}/data/service.url")).OutputOfSuccess();
        Process process = Run(
            [
                .. site.CommandPrefix(folder.User), "env", $"SCAILFIN_DATA={folder.Root}/data",
                $"SCAILFIN_WORKSPACE_ROOTS={folder.Root}/workspaces", $"SCAILFIN_SHARED_WORKSPACES={folder.Shared}",
                $"SCAILFIN_BACKENDS={folder.Backends}",
                "SCAILFIN_LISTEN=http://0.0.0.0:0", $"SCAILFIN_TEST_KILL_AT={killAt}",
                "sh", "-c", Begin, "sh", folder.Root, PublishedProgram.Path, "serve",
            ]);
        try
        {
            Task<CommandResult> told = site.ExecAsync(
                folder.User, ["sh", "-c", Address, "sh", folder.Root], "", progress: () => FilesPicture.Of(folder.Root));
            if (await Task.WhenAny(told, process.WaitForExitAsync()) != told)
                throw new InvalidOperationException($"It ended with {process.ExitCode}.");
            string[] lines = (await told).OutputOfSuccess().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var http =
                new HttpClient { BaseAddress = new UriBuilder(lines[0]) { Host = site.Address }.Uri, Timeout = TimeSpan.FromMinutes(5) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", lines[1].Trim());
            var service = new SiteService(folder, process, http);
            await service.ReadyAsync();
            return service;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"The service did not start: {await folder.ReadLogAsync()}", exception);
        }
    }

    /// <summary>kill -9; its worker is left to itself.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            await SignalAsync("KILL");
        await _process.WaitForExitAsync();
    }

    public async Task TerminateAsync()
    {
        await SignalAsync("TERM");
        await Eventually.TrueAsync(() => _process.HasExited, "the service ends", () => FilesPicture.Of(_folder.Root));
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Http.Dispose();
        _process.Dispose();
    }

    // It may have ended by itself meanwhile.
    private Task SignalAsync(string signal) =>
        _folder.Site.ExecAsync("root", "sh", "-c", $"kill -{signal} \"$(cat \"$1\")\"", "sh", $"{_folder.Root}/service.pid");

    private static Process Run(string[] command)
    {
        var start =
            new ProcessStartInfo(command[0]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}

/// <summary>Where a service of the site has its data, and its users their workspaces.</summary>
internal sealed record SiteFolder(HpcContainer Site, string User, string Root)
{
    public string Backends => $"{Root}/backends.yaml";

    /// <summary>Seen by steps and tests alike, whatever becomes of a workspace.</summary>
    public string Marks => $"{Root}/marks";

    /// <summary>A workspace that all users may use.</summary>
    public string Workspace => $"{Shared}/w";

    public string Shared => $"{Root}/workspaces/shared";

    /// <summary>A picture of how far its jobs are: what they, their wrappers and HTCondor's logs of them have written.</summary>
    public string Picture => FilesPicture.Of(Marks, $"{Root}/workspaces");

    public static async Task<SiteFolder> MakeAsync(HpcContainer site, string user, string backends)
    {
        var folder = new SiteFolder(site, user, await site.MakeFolderAsync(user));
        (await site.ExecAsync(user, "mkdir", "-p", folder.Marks, folder.Workspace, $"{folder.Root}/data")).OutputOfSuccess();
        (await site.ExecAsync(user, "touch", $"{folder.Root}/data/{PublishedProgram.FaultPointsAllowed}")).OutputOfSuccess();
        await File.WriteAllTextAsync(folder.Backends, backends);
        return folder;
    }

    public async Task<string> ReadLogAsync() => (await Site.ExecAsync("root", "cat", $"{Root}/service.log")).Output;
}
