using System.Diagnostics;
using System.Text.Json;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>Turns the body of <c>POST /jobs</c> into a job's specification, or says everything that is wrong with it.</summary>
internal sealed class JobRequestReader(RequestSettings settings, JobRequestFields fields, UserWorkspaces workspaces)
{
    /// <summary>REANA 0.9 runs a job with a smaller uid as its default user, without a message (contract J).</summary>
    private const long SmallestOlderUid = 100;

    private readonly RequestRules _rules = new(settings.Limits, fields, workspaces);

    /// <summary>Reads the specification of a user's job; null if <paramref name="problems"/> is not empty.</summary>
    public JobSpec? Read(JsonElement body, string user, string defaultBackend, RequestProblems problems)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            problems.Add(
                RequestProblems.Schema, body.ValueKind == JsonValueKind.Array ? TimeLimit.DefaultProblem(settings) : "Invalid input type.");
            return null;
        }

        // The time limit is checked before the other fields; a problem with it is then the only one reported (contract A.4).
        OrderedDictionary<string, JsonElement> members = JsonText.Members(body);
        (TimeSpan limit, string? problem) = TimeLimit.Read(
            members.TryGetValue(JobRequestFields.Timeout, out JsonElement asked) ? asked : null, settings);
        if (problem is not null)
        {
            problems.Add(RequestProblems.Schema, problem);
            return null;
        }

        members.Remove(JobRequestFields.Timeout);
        Dictionary<string, object> values = ReadFields(members, problems);
        _rules.Check(values, user, problems);
        string command = _rules.Decode(values, problems);
        var environment = RequestEnvironment.Read(
            values.TryGetValue("env_vars", out object? mapping) ? (JsonElement)mapping : null, settings.Limits, problems);
        return problems.Any ? null : Build(values, command, environment, defaultBackend, limit);
    }

    private Dictionary<string, object> ReadFields(OrderedDictionary<string, JsonElement> members, RequestProblems problems)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach ((string name, JsonElement element) in members)
        {
            if (!fields.Known.TryGetValue(name, out RequestField? field))
            {
                // REANA 0.9 ignores unknown fields (contract J).
                if (!settings.OlderReana)
                    problems.Add(JsonText.IsWellFormed(name) ? name : PythonText.Represent(name), "Unknown field.");
            }
            else if (FieldCoercion.Coerce(name, element, field.Type, problems) is { } value)
            {
                values[name] = value;
            }
        }

        foreach (string name in JobRequestFields.Required.Where(name => !members.ContainsKey(name)))
            problems.Add(name, "Missing data for required field.");
        return values;
    }

    private JobSpec Build(
        Dictionary<string, object> values, string command, RequestEnvironment environment, string defaultBackend, TimeSpan limit)
    {
        string workspace = Text(values, "workflow_workspace");
        string workflow = Text(values, "workflow_uuid");
        return new JobSpec
        {
            JobName = Text(values, "job_name"),
            WorkflowUuid = RequestRules.TryReadWorkflow(workflow, out Guid uuid) ? uuid : throw new UnreachableException(),
            WorkflowWorkspace = workspace,
            DockerImage = Text(values, "docker_img"),
            Command = command,
            PrettifiedCommand = Text(values, "prettified_cmd"),
            CvmfsMounts = Text(values, "cvmfs_mounts"),
            Environment = environment.For(workspace, workflow, settings.DaskScheduler),
            SharedFileSystem = values.GetValueOrDefault("shared_file_system") is not false,

            // An empty name is not the same as no name: upstream refuses it as an unknown backend.
            Backend = values.GetValueOrDefault("compute_backend") as string ?? defaultBackend,
            Timeout = limit,
            BackendFields = Fields(values),
        };
    }

    private BackendFields Fields(Dictionary<string, object> values)
    {
        var bag = new BackendFields();
        foreach ((string name, object value) in values)
        {
            // An empty string counts as a field that was not sent: upstream's managers test whether the value is truthy in Python.
            if (JobRequestFields.OfTheModel.Contains(name)
                || value is ""
                || (settings.OlderReana && name == "kubernetes_uid" && value is < SmallestOlderUid))
                continue;
            if (value is bool flag)
                bag.Add(name, flag);
            else if (value is long number)
                bag.Add(name, number);
            else if (value is List<string> list)
                bag.Add(name, list);
            else
                bag.Add(name, (string)value);
        }

        return bag;
    }

    private static string Text(Dictionary<string, object> values, string name) => values.GetValueOrDefault(name) as string ?? "";
}
