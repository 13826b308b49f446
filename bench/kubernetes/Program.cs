using Scailfin.Bench.Kubernetes;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;

// rates: the service and a Kubernetes API server in one process; one line a figure.
// server KUBECONFIG: the API server alone, for a service in a process of its own; ends with its standard input.
switch (args)
{
    case ["rates"]:
        await Rates.MeasureAsync();
        return 0;
    case ["server", string kubeconfig]:
        await using (KubernetesApiServer server = await KubernetesApiServer.StartAsync(new ApiServerOptions
        {
            Life = PodLife.RunsForever("begun\n"),
            RecordsEvents = false,
            Https = true,
        }))
        {
            await File.WriteAllTextAsync(kubeconfig, server.Kubeconfig());
            await Console.In.ReadToEndAsync();
        }

        return 0;
    default:
        Console.Error.WriteLine("usage: scailfin-bench-kubernetes rates | server KUBECONFIG");
        return 2;
}
