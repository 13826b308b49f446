using System.Buffers;
using System.Text;
using System.Text.Json;
using Scailfin.Core.Jobs;

namespace Scailfin.Storage;

/// <summary>The parts of a job that are stored as JSON text. Reading accepts what any earlier version wrote.</summary>
internal static class StoredJobJson
{
    public static string WriteSpec(JobSpec spec) => Write(json =>
    {
        json.WriteString("docker_img", spec.DockerImage);
        json.WriteString("workspace", spec.WorkflowWorkspace);
        json.WriteString("cmd", spec.Command);
        json.WriteString("prettified_cmd", spec.PrettifiedCommand);
        json.WriteString("cvmfs_mounts", spec.CvmfsMounts);
        json.WriteBoolean("shared_file_system", spec.SharedFileSystem);
        json.WriteNumber("timeout_s", spec.Timeout.TotalSeconds);
        json.WriteStartArray("env_vars");
        foreach ((string name, string value) in spec.Environment)
        {
            json.WriteStartArray();
            json.WriteStringValue(name);
            json.WriteStringValue(value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartObject("backend_fields");
        foreach ((string name, object value) in spec.BackendFields)
            WriteField(json, name, value);
        json.WriteEndObject();
    });

    public static JobSpec ReadSpec(string text, Guid workflowUuid, string jobName, string backend)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement root = document.RootElement;
        return new JobSpec
        {
            JobName = jobName,
            WorkflowUuid = workflowUuid,
            Backend = backend,
            DockerImage = root.GetProperty("docker_img").GetString()!,
            WorkflowWorkspace = root.GetProperty("workspace").GetString()!,
            Command = root.GetProperty("cmd").GetString()!,
            PrettifiedCommand = root.GetProperty("prettified_cmd").GetString()!,
            CvmfsMounts = root.GetProperty("cvmfs_mounts").GetString()!,
            SharedFileSystem = root.GetProperty("shared_file_system").GetBoolean(),
            Timeout = TimeSpan.FromSeconds(root.GetProperty("timeout_s").GetDouble()),
            Environment = [.. root.GetProperty("env_vars").EnumerateArray()
                .Select(pair => KeyValuePair.Create(pair[0].GetString()!, pair[1].GetString()!))],
            BackendFields = ReadFields(root.GetProperty("backend_fields")),
        };
    }

    public static string WriteEvidence(Evidence evidence) => Write(json =>
    {
        json.WriteString("source", evidence.Source.ToString());
        json.WriteString("text", evidence.Text);
        json.WriteNumber("observed_at", evidence.ObservedAt.ToUnixTimeMilliseconds());
        if (evidence.ExitCode is { } code)
            json.WriteNumber("exit_code", code);
        if (evidence.FailedPhase is { } phase)
            json.WriteString("failed_phase", phase);
    });

    public static Evidence ReadEvidence(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement root = document.RootElement;
        return new Evidence
        {
            Source = Enum.Parse<EvidenceSource>(root.GetProperty("source").GetString()!),
            Text = root.GetProperty("text").GetString()!,
            ObservedAt = DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("observed_at").GetInt64()),
            ExitCode = root.TryGetProperty("exit_code", out JsonElement code) ? code.GetInt32() : null,
            FailedPhase = root.TryGetProperty("failed_phase", out JsonElement phase) ? phase.GetString() : null,
        };
    }

    private static string Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteField(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case string text:
                json.WriteString(name, text);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case IReadOnlyList<string> list:
                json.WriteStartArray(name);
                foreach (string member in list)
                    json.WriteStringValue(member);
                json.WriteEndArray();
                break;
        }
    }

    private static BackendFields ReadFields(JsonElement fields)
    {
        var bag = new BackendFields();
        foreach (JsonProperty field in fields.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.String)
                bag.Add(field.Name, field.Value.GetString()!);
            else if (field.Value.ValueKind == JsonValueKind.Number)
                bag.Add(field.Name, field.Value.GetInt64());
            else if (field.Value.ValueKind == JsonValueKind.Array)
                bag.Add(field.Name, [.. field.Value.EnumerateArray().Select(member => member.GetString()!)]);
            else
                bag.Add(field.Name, field.Value.GetBoolean());
        }

        return bag;
    }
}
