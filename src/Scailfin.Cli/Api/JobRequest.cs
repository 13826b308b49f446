using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Scailfin.Core.JobManagers;
using Scailfin.Workflows;
using Scailfin.Workflows.Workspaces;

namespace Scailfin.Cli.Api;

/// <summary>The body of <c>POST /jobs</c>.</summary>
internal static class JobRequest
{
    public static ReadOnlyMemory<byte> Write(WorkflowCommand command, RunWorkspace workspace)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("job_name", command.Step.Name);
        json.WriteString("workflow_workspace", workspace.Path);
        json.WriteString("workflow_uuid", workspace.Id.ToString("D"));
        json.WriteString("docker_img", command.Step.Environment);
        json.WriteString("cmd", Convert.ToBase64String(Encoding.UTF8.GetBytes(workspace.InWorkspace(command.Text))));
        json.WriteString("prettified_cmd", command.Text);
        json.WriteStartObject("env_vars");
        json.WriteEndObject();
        json.WriteString("cvmfs_mounts", "false");
        foreach (StepField field in command.Step.Fields)
            Write(json, field);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, StepField field)
    {
        switch (field.Kind)
        {
            case RequestFieldType.Flag:
                json.WriteBoolean(field.Name, field.Value == "true");
                break;
            case RequestFieldType.Number:
                json.WriteNumber(field.Name, long.Parse(field.Value, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteString(field.Name, field.Value);
                break;
        }
    }
}
