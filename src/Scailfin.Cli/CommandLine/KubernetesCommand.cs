using System.CommandLine;
using System.Globalization;
using Scailfin.Cli.Output;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Reana;
using Scailfin.JobController.Settings;
using Scailfin.JobManagers.Kubernetes.Leftovers;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.Cli.CommandLine;

/// <summary>
/// <c>scailfin kubernetes</c>: an operator's look at the cluster, with the service's own settings; no service has to run.
/// </summary>
internal static class KubernetesCommand
{
    public static Command Create() => new("kubernetes", "Look after REANA's jobs in the cluster.") { Leftovers() };

    private static Command Leftovers()
    {
        var workflow = new Option<Guid?>("--workflow") { Description = "Of this workflow only." };
        var remove = new Option<bool>("--remove") { Description = "Delete them, with their pods." };
        var kubeconfig =
            new Option<string?>("--kubeconfig") { Description = "How to reach the cluster; without, as the pod that this runs in." };
        var command = new Command(
            "leftovers", "Jobs of workflows whose engine has ended: no service stops or collects them.") { workflow, remove, kubeconfig };
        command.SetAction((parsed, outer) => Invocation.RunAsync(
            cancellation => RunAsync(
                Options(parsed.GetValue(kubeconfig)), parsed.GetValue(workflow), parsed.GetValue(remove), Console.Out, cancellation),
            outer));
        return command;
    }

    /// <summary>Returns the Kubernetes options of this process's settings; problems of other settings are ignored.</summary>
    private static KubernetesOptions Options(string? kubeconfig)
    {
        ServiceSettings settings = SettingsReport.Of(ProcessVariables.Read(), ServiceMode.Sidecar).Settings;
        return KubernetesBackend.Of(settings.Reana, settings.Mode) with { Kubeconfig = kubeconfig };
    }

    public static async Task<int> RunAsync(
        KubernetesOptions options, Guid? workflow, bool remove, TextWriter output, CancellationToken cancellation)
    {
        using var leftovers = new KubernetesLeftovers(options, TimeProvider.System);
        IReadOnlyList<Leftover> found = await leftovers.ListAsync(workflow, cancellation);
        if (found.Count == 0)
        {
            await output.WriteLineAsync($"Nothing is left over in namespace {options.Namespace}.");
            return ExitCodes.Well;
        }

        foreach (Leftover leftover in found)
        {
            string done = !remove ? leftover.State : await leftovers.RemoveAsync(leftover, cancellation) ? "removed" : "gone already";
            string since = leftover.CreatedAt?.ToString("u", CultureInfo.InvariantCulture) ?? "-";
            await output.WriteLineAsync($"{Lines.OneLine(leftover.Name)}  {Lines.OneLine(leftover.Workflow)}  {since}  {done}");
        }

        return ExitCodes.Well;
    }
}
