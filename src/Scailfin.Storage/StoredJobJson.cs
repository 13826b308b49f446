using System.Buffers;
using System.Text;
using System.Text.Json;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Storage;

/// <summary>The parts of a job that are stored as JSON text. Reading accepts what any earlier version wrote.</summary>
internal static class StoredJobJson
{
    private const string TextsFile = "texts_file";
    private const string TextsLength = "texts_bytes";

    /// <summary>A specification with all its texts, wherever they are kept.</summary>
    public static string WriteSpec(JobSpec spec) => Write(json =>
    {
        WriteFields(json, spec);
        WriteTexts(json, spec.Texts);
    });

    /// <summary>
    /// A specification for a row beside the files of its texts: if they are kept there, the row names the file instead of having them. An
    /// earlier version of this service, which would find no command there, refuses such a row.
    /// </summary>
    public static string WriteNamedSpec(JobSpec spec, SpecFiles specs) => Write(json =>
    {
        WriteFields(json, spec);
        if (!specs.Has(spec.Kept, out string? name))
        {
            WriteTexts(json, spec.Texts);
            return;
        }

        json.WriteString(TextsFile, name);
        json.WriteNumber(TextsLength, spec.TextsLength);
    });

    public static JobSpec ReadSpec(string text, Guid workflowUuid, string jobName, string backend, SpecFiles? specs = null)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement root = document.RootElement;
        var spec = new JobSpec
        {
            JobName = jobName,
            WorkflowUuid = workflowUuid,
            Backend = backend,
            DockerImage = root.GetProperty("docker_img").GetString()!,
            WorkflowWorkspace = root.GetProperty("workspace").GetString()!,
            CvmfsMounts = root.GetProperty("cvmfs_mounts").GetString()!,
            SharedFileSystem = root.GetProperty("shared_file_system").GetBoolean(),
            Timeout = TimeSpan.FromSeconds(root.GetProperty("timeout_s").GetDouble()),
            BackendFields = ReadFields(root.GetProperty("backend_fields")),
        };
        return specs is not null && root.TryGetProperty(TextsFile, out JsonElement file)
            ? specs.Named(spec, file.GetString()!, root.GetProperty(TextsLength).GetInt64())
            : spec with { Texts = ReadTexts(root) };
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

    private static void WriteFields(Utf8JsonWriter json, JobSpec spec)
    {
        json.WriteString("docker_img", spec.DockerImage);
        json.WriteString("workspace", spec.WorkflowWorkspace);
        json.WriteString("cvmfs_mounts", spec.CvmfsMounts);
        json.WriteBoolean("shared_file_system", spec.SharedFileSystem);
        json.WriteNumber("timeout_s", spec.Timeout.TotalSeconds);
        json.WriteStartObject("backend_fields");
        foreach ((string name, object value) in spec.BackendFields)
            WriteField(json, name, value);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, SpecTexts texts)
    {
        json.WriteString("cmd", texts.Command);
        json.WriteString("prettified_cmd", texts.PrettifiedCommand);
        json.WriteStartArray("env_vars");
        foreach ((string name, string value) in texts.Environment)
        {
            json.WriteStartArray();
            json.WriteStringValue(name);
            json.WriteStringValue(value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static SpecTexts ReadTexts(JsonElement root) => new()
    {
        Command = root.GetProperty("cmd").GetString()!,
        PrettifiedCommand = root.GetProperty("prettified_cmd").GetString()!,
        Environment = [.. root.GetProperty("env_vars").EnumerateArray()
            .Select(pair => KeyValuePair.Create(pair[0].GetString()!, pair[1].GetString()!))],
    };

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
