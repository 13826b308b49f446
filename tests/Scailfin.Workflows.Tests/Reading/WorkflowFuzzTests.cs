using System.Text;
using Scailfin.Core.JobManagers;
using Scailfin.Testing.Fuzzing;
using Scailfin.Workflows.Reading;

namespace Scailfin.Workflows.Tests.Reading;

[Collection("fuzz")]
public sealed class WorkflowFuzzTests
{
    private static readonly RequestField[] Fields =
    [
        new("compute_backend", RequestFieldType.Text), new("kubernetes_uid", RequestFieldType.Number),
        new("kerberos", RequestFieldType.Flag), new("kubernetes_memory_limit", RequestFieldType.Text),
    ];

    [Fact]
    public Task Any_text_is_a_workflow_or_is_refused_with_file_and_line() =>
        new FuzzRun(
            "workflows",
            ["&a ", "*a", "<<: ", "!!binary ", "!!str ", "- ", ": ", "|\n", ">\n", "? ", "---\n", "...\n", "[[", "{{", "${", "%YAML 1.1\n"])
        {
            MostBytes = 4 << 20,
            MostBytesPerByte = 2000,
            IsExpected = exception => exception is WorkflowFileException,
        }.ReadAsync(3000, input =>
        {
            SerialWorkflow workflow = SerialWorkflowFile.Parse(Encoding.UTF8.GetString(input), "/tmp/w.yaml", Fields);
            _ = workflow.Commands();
            return true;
        });
}
