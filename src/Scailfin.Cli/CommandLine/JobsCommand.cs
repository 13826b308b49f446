using System.CommandLine;
using System.Text.Json;
using Scailfin.Cli.Api;
using Scailfin.Cli.Output;
using Scailfin.JobController.Settings;

namespace Scailfin.Cli.CommandLine;

internal static class JobsCommand
{
    public static Command Create()
    {
        return new Command("jobs", "Look at jobs, and stop them.")
        {
            List(),
            OfOne("show", "What a job is.", async (api, id, cancellation) =>
            {
                using JsonDocument job = await api.GetAsync($"jobs/{Uri.EscapeDataString(id)}", cancellation);
                JobsView.Members(job.RootElement);
            }),
            JobLogsCommand.Create(),
            OfOne("stop", "Stop a job.", async (api, id, cancellation) =>
            {
                await api.StopAsync(id, cancellation);
                await Console.Out.WriteLineAsync($"Stopping job {id}.");
            }),
            OfOne("explain", "Why a job is in the state that it is in.", async (api, id, cancellation) =>
            {
                using JsonDocument explanation = await api.GetAsync($"jobs/{Uri.EscapeDataString(id)}/explain", cancellation);
                JobsView.Explanation(explanation.RootElement);
            }),
            OfOne("timeline", "What happened to a job, in order.", async (api, id, cancellation) =>
            {
                using JsonDocument timeline = await api.GetAsync($"jobs/{Uri.EscapeDataString(id)}/timeline", cancellation);
                JobsView.Timeline(timeline.RootElement);
            }),
        };
    }

    private static Command List()
    {
        var workflow = new Option<string?>("--workflow") { Description = "Only those of this workflow, by its UUID." };
        var status = new Option<string?>("--status") { Description = "Only those in this status." };
        var limit = new Option<int?>("--limit") { Description = "At most so many, the earliest." };
        var list = new Command("list", "All jobs.") { workflow, status, limit };
        list.SetAction((parsed, outer) => WithApi(
            async (api, cancellation) =>
            {
                (string Name, string? Value)[] filters =
                [
                    ("workflow_uuid", parsed.GetValue(workflow)),
                    ("status", parsed.GetValue(status)),
                    ("limit", parsed.GetValue(limit)?.ToString()),
                ];
                string query = string.Join('&', filters.Where(filter => filter.Value is not null)
                    .Select(filter => $"{filter.Name}={Uri.EscapeDataString(filter.Value!)}"));
                using JsonDocument answer = await api.GetAsync(query.Length == 0 ? "jobs" : $"jobs?{query}", cancellation);
                JobsView.List(answer.RootElement);
            },
            outer));
        return list;
    }

    private static Command OfOne(string name, string description, Func<ApiClient, string, CancellationToken, Task> action)
    {
        var id = new Argument<string>("ID") { Description = "The job's id." };
        var command = new Command(name, description) { id };
        command.SetAction((parsed, outer) => WithApi((api, cancellation) => action(api, parsed.GetRequiredValue(id), cancellation), outer));
        return command;
    }

    public static Task<int> WithApi(Func<ApiClient, CancellationToken, Task> action, CancellationToken outer) => Invocation.RunAsync(
        async cancellation =>
        {
            using ApiClient api = ApiAddress.Require(DataDirectory.FromEnvironment());
            await action(api, cancellation);
            return ExitCodes.Well;
        },
        outer);
}
