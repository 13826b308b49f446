using System.Globalization;
using System.Text;
using System.Text.Json;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobController.Configuration;

namespace Scailfin.JobController.Jobs;

/// <summary>Turns the body of <c>POST /jobs</c> into a job's specification, or says everything that is wrong with it.</summary>
internal sealed class JobRequestReader(ServiceSettings settings, WorkspacePath workspaces)
{
    private const int LongestImage = 256;

    /// <summary>The specification, unless <paramref name="problems"/> says otherwise.</summary>
    public JobSpec? Read(JsonElement body, string defaultBackend, RequestProblems problems)
    {
        // A problem with the time limit comes before the fields are looked at, and is then the only one (contract A.4).
        if (Timeout(body) is { Problem: { } problem })
        {
            problems.Add(RequestProblems.Schema, problem);
            return null;
        }

        Dictionary<string, object> values = ReadFields(body, problems);
        string command = Decode(values, problems);
        if (values.TryGetValue("workflow_uuid", out object? workflow) && !Guid.TryParse((string)workflow, out _))
            problems.Add("workflow_uuid", $"Not a valid UUID: '{workflow}'.");
        if (values.TryGetValue("workflow_workspace", out object? workspace) && workspaces.Problem((string)workspace) is { } outside)
            problems.Add("workflow_workspace", outside);
        if (values.TryGetValue("docker_img", out object? image) && ((string)image).Length > LongestImage)
            problems.Add("docker_img", $"Longer than maximum length {LongestImage}.");
        return problems.Count == 0 ? Build(values, command, defaultBackend, TimeSpan.FromSeconds(Timeout(body).Seconds)) : null;
    }

    private static JobSpec Build(Dictionary<string, object> values, string command, string defaultBackend, TimeSpan timeout)
    {
        var fields = new BackendFields();
        foreach ((string name, object value) in values.Where(pair => !JobRequestFields.OfTheModel.Contains(pair.Key)))
            AddField(fields, name, value);
        return new JobSpec
        {
            JobName = Text(values, "job_name"),
            WorkflowUuid = Guid.Parse(Text(values, "workflow_uuid")),
            WorkflowWorkspace = Text(values, "workflow_workspace"),
            DockerImage = Text(values, "docker_img"),
            Command = command,
            PrettifiedCommand = Text(values, "prettified_cmd"),
            CvmfsMounts = Text(values, "cvmfs_mounts"),
            Environment = values.TryGetValue("env_vars", out object? environment) ? ReadEnvironment((JsonElement)environment) : [],
            SharedFileSystem = values.GetValueOrDefault("shared_file_system") is not false,
            Backend = Text(values, "compute_backend") is { Length: > 0 } backend ? backend : defaultBackend,
            Timeout = timeout,
            BackendFields = fields,
        };
    }

    private static Dictionary<string, object> ReadFields(JsonElement body, RequestProblems problems)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (JsonProperty property in body.EnumerateObject())
        {
            if (!JobRequestFields.Known.TryGetValue(property.Name, out FieldType type))
            {
                problems.Add(property.Name, "Unknown field.");
                continue;
            }

            (object? value, string? problem) = FieldCoercion.Coerce(property.Value, type);
            if (problem is not null)
                problems.Add(property.Name, problem);
            else
                values[property.Name] = value!;
        }

        foreach (string name in JobRequestFields.Required.Where(name => !body.TryGetProperty(name, out _)))
            problems.Add(name, "Missing data for required field.");
        return values;
    }

    private (int Seconds, string? Problem) Timeout(JsonElement body)
    {
        long seconds = long.Parse(settings.DefaultTimeout, CultureInfo.InvariantCulture);
        if (body.TryGetProperty(JobRequestFields.Timeout, out JsonElement asked))
        {
            if (FieldCoercion.Number(asked) is not { } number)
                return (0, $"kubernetes_job_timeout must be an integer. Provided value is '{Shown(asked)}'.");
            seconds = number;
        }

        if (seconds <= 0)
            return (0, $"kubernetes_job_timeout must be greater than 0.Provided value is {seconds}.");
        return seconds > long.Parse(settings.LongestTimeout, CultureInfo.InvariantCulture)
            ? (0, $"kubernetes_job_timeout exceeds maximum allowed value of {settings.LongestTimeout} seconds. Provided value is {seconds} seconds.")
            : ((int)seconds, null);
    }

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "None",
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    /// <summary>Base64 of UTF-8; characters outside the alphabet are skipped, as upstream does (contract A.5).</summary>
    private static string Decode(Dictionary<string, object> values, RequestProblems problems)
    {
        string encoded = new([.. Text(values, "cmd").Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' or '=')]);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(encoded));
        }
        catch (Exception exception) when (exception is FormatException or DecoderFallbackException)
        {
            problems.Add("cmd", "Not valid: the command must be UTF-8 text, encoded as base64.");
            return "";
        }
    }

    private static List<KeyValuePair<string, string>> ReadEnvironment(JsonElement mapping) =>
    [
        .. mapping.EnumerateObject().Select(pair => KeyValuePair.Create(
            pair.Name,
            pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : pair.Value.GetRawText())),
    ];

    private static string Text(Dictionary<string, object> values, string name) => values.GetValueOrDefault(name) as string ?? "";

    private static void AddField(BackendFields fields, string name, object value)
    {
        if (value is bool flag)
            fields.Add(name, flag);
        else if (value is long number)
            fields.Add(name, number);
        else
            fields.Add(name, (string)value);
    }
}
