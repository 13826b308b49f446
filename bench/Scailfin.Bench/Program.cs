using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Scailfin.Bench;
using Scailfin.Core.JobManagers;
using Scailfin.JobController.Hosting;

// serve: the service with the no-op manager, settings from the environment.
// rates, tracked: the load on a fresh service; one line a figure (see Load).
switch (args)
{
    case ["serve"]:
        await using (JobControllerHost host = await JobControllerHost.StartAsync(
            ServiceSettings.FromEnvironment(), beside: false, Replace, CancellationToken.None))
            return await host.WaitAsync(CancellationToken.None);
    case ["rates", string url, string token, string workspace, string pid]:
        await new Load(new Uri(url), token, workspace, int.Parse(pid)).RatesAsync();
        return 0;
    case ["tracked", string url, string token, string workspace, string pid]:
        new Load(new Uri(url), token, workspace, int.Parse(pid)).Tracked();
        return 0;
    default:
        Console.Error.WriteLine("usage: scailfin-bench serve | rates URL TOKEN WORKSPACE PID | tracked URL TOKEN WORKSPACE PID");
        return 2;
}

static void Replace(IServiceCollection services)
{
    services.RemoveAll<IJobManagerKind>();
    services.AddSingleton<IJobManagerKind, NoOpKind>();
}
