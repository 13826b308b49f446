using System.Text;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>
/// Checks single fields beyond their type: by the rules that the kinds of job managers declare, and by our own. Without ours, values that
/// upstream accepts would fail later, in the database or at the backend (contract A.3, I.1).
/// </summary>
internal sealed class RequestRules(RequestLimits limits, JobRequestFields fields, UserWorkspaces workspaces)
{
    public void Check(Dictionary<string, object> values, string user, RequestProblems problems)
    {
        foreach ((string name, object value) in values)
        {
            string? problem = value switch
            {
                string text => Problem(name, text, user),
                List<string> list => TooLong(list.Sum(member => (long)member.Length), limits.Text),
                _ => null,
            };
            if (problem is not null)
                problems.Add(name, problem);
        }
    }

    /// <summary>The decoded command; empty if there is none.</summary>
    public string Decode(Dictionary<string, object> values, RequestProblems problems)
    {
        if (values.GetValueOrDefault("cmd") is not string { Length: > 0 } encoded)
            return "";
        if (CommandEncoding.TryDecode(encoded, out string? command, out string? problem))
            problem = CommandProblem(command);
        if (problem is not null)
            problems.Add("cmd", problem);
        return command ?? "";
    }

    /// <summary>Parses a UUID with or without hyphens, as Python does.</summary>
    public static bool TryReadWorkflow(string value, out Guid workflow) =>
        Guid.TryParseExact(value, "D", out workflow) || Guid.TryParseExact(value, "N", out workflow);

    private string? Problem(string name, string value, string user) => name switch
    {
        "workflow_uuid" => TryReadWorkflow(value, out _) ? null : $"Not a valid UUID: {PythonText.Represent(value)}.",
        "workflow_workspace" => TooLong(value, limits.Workspace) ?? workspaces.Problem(value, user),
        "docker_img" => TooLong(value, limits.Image),
        "cmd" => null, // what it encodes has the limit
        "prettified_cmd" => CommandTooLong(value),
        _ => TooLong(value, limits.Text) ?? fields.Problem(name, value),
    };

    private string? CommandProblem(string command)
    {
        if (command.Contains('\0'))
            return "Not a valid command: it contains the character NUL.";
        return CommandTooLong(command);
    }

    private string? CommandTooLong(string command)
    {
        int bytes = Encoding.UTF8.GetByteCount(command);
        return bytes > limits.Command ? $"Longer than the {limits.Command} bytes that a command may have: {bytes}." : null;
    }

    private static string? TooLong(string value, int limit) => TooLong(value.Length, limit);

    private static string? TooLong(long length, int limit) =>
        length > limit ? $"Longer than maximum length {limit}: {length} characters." : null;
}
