using System.CommandLine;
using Scailfin.Cli.Api;

namespace Scailfin.Cli.CommandLine;

/// <summary><c>scailfin jobs logs</c>: what is there now, or all that comes.</summary>
internal static class JobLogsCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("ID") { Description = "The job's id." };
        var follow =
            new Option<bool>("--follow", "-f") { Description = "Go on until the job has ended; a connection that breaks is made again." };
        var offset = new Option<long>("--offset") { Description = "Begin at this byte." };
        offset.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(long.TryParse(token.Value, out long value) && value >= 0))
                result.AddError($"--offset is '{token.Value}', but must be a whole number of bytes, 0 or more.");
        });
        var command = new Command("logs", "What a job wrote.") { id, follow, offset };
        command.SetAction((parsed, outer) => JobsCommand.WithApi(
            async (api, cancellation) =>
            {
                string job = parsed.GetRequiredValue(id);
                if (parsed.GetValue(follow))
                    await new FollowedLog(api, TimeProvider.System).CopyAsync(job, parsed.GetValue(offset), Console.Out, cancellation);
                else
                    await Console.Out.WriteAsync(await api.LogsAsync(job, cancellation, parsed.GetValue(offset)));
            },
            outer));
        return command;
    }
}
