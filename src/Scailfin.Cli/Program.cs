using Scailfin.Cli.CommandLine;
using Scailfin.Cli.Output;
using Scailfin.Core.JobManagers;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Logging;
using Scailfin.JobController.Parent;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Sidecar;

Terminal.Guard();
ServiceStart start = ServiceStart.OfThisProcess(ProcessVariables.Read());
try
{
    return start.Role switch
    {
        StartRole.Parent => new ServiceParent(problem => Log(start, [problem]), TimeProvider.System).Run(ServiceParent.AddressOf(start)),
        StartRole.Service => await ServeAsync(CancellationToken.None),
        _ => await CommandLineRoot.InvokeAsync(CommandLineRoot.Create(ServeAsync, StartBesideAsync), args),
    };
}
catch (SettingsException exception)
{
    return Refuse(start, exception.Problems);
}
catch (BackendConfigurationException exception)
{
    return Refuse(start, exception.Problems);
}

// `scailfin serve`: runs until TERM or INT. Jobs continue without the service.
static async Task<int> ServeAsync(CancellationToken cancellationToken)
{
    ServiceSettings settings = ServiceSettings.FromEnvironment();
    if (SidecarInPod.Needs(settings))
    {
        await using SidecarInPod sidecar = await SidecarInPod.StartAsync(settings, ProcessVariables.Read(), cancellationToken);
        return await sidecar.WaitAsync(cancellationToken);
    }

    await using JobControllerHost host = await JobControllerHost.StartAsync(settings, beside: false, cancellationToken);
    return await host.WaitAsync(cancellationToken);
}

// `scailfin run`, if no service answers: starts a service on a free port for the duration of the run.
static async Task<IAsyncDisposable> StartBesideAsync(CancellationToken cancellationToken)
{
    ServiceSettings settings = ServiceSettings.FromEnvironment() with { Listen = new Uri("http://127.0.0.1:0") };
    JobControllerHost host = await JobControllerHost.StartAsync(settings, beside: true, cancellationToken);
    try
    {
        await host.BecomeActiveAsync(TimeSpan.FromSeconds(30), cancellationToken);
        return host;
    }
    catch
    {
        await host.DisposeAsync();
        throw;
    }
}

static int Refuse(ServiceStart start, IReadOnlyList<string> problems)
{
    if (start.Role == StartRole.CommandLine)
    {
        foreach (string problem in problems)
            Console.Error.WriteLine($"scailfin: {problem}");
    }
    else
    {
        Log(start, problems);
    }

    return ServiceParent.Refused;
}

static void Log(ServiceStart start, IReadOnlyList<string> problems) =>
    ServiceLog.WriteErrors(SettingsReport.Of(ProcessVariables.Read(), start.Mode).Settings.Log, problems);
