using Scailfin.Core.JobManagers;
using Scailfin.Workflows.Reading;

namespace Scailfin.Workflows.Tests.Reading;

public sealed class SerialWorkflowFileTests
{
    private const string Head = "workflow:\n  type: serial\n  specification:\n    steps:\n";

    private const string Step = "      - environment: image:1\n        commands: [\"echo $who\"]\n";

    [Fact]
    public void The_demonstration_is_read_and_all_its_commands_expand()
    {
        SerialWorkflow workflow = SerialWorkflowFile.Read(Demonstration(), Fields);

        Assert.Equal(["code"], workflow.InputDirectories);
        Assert.Equal("36.1", workflow.Parameters["luminosity"]);
        Assert.Equal(8, workflow.Steps.Count);
        Assert.Equal("scailfin/bsm-search:1", workflow.Steps[0].Environment);
        Assert.Equal(6, workflow.OutputFiles.Count);
        IReadOnlyList<WorkflowCommand> commands = workflow.Commands();
        Assert.Equal(8, commands.Count);
        Assert.Contains("--events 400000 --luminosity 36.1 --seed 1 ", commands[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_without_a_name_gets_its_number_and_fields_keep_their_kinds()
    {
        SerialWorkflow workflow = Parse(Head + Step
            + "        compute_backend: local\n        kubernetes_uid: 1000\n        kerberos: true\n"
            + "        kubernetes_memory_limit: 2Gi\n        unpacked_image: false\n");

        Assert.Equal("step-1", workflow.Steps[0].Name);
        Assert.Equal(
            [
                new StepField("compute_backend", "local", RequestFieldType.Text),
                new StepField("kubernetes_uid", "1000", RequestFieldType.Number),
                new StepField("kerberos", "true", RequestFieldType.Flag),
                new StepField("kubernetes_memory_limit", "2Gi", RequestFieldType.Text),
                new StepField("unpacked_img", "false", RequestFieldType.Flag),
            ],
            workflow.Steps[0].Fields);
    }

    [Theory]
    [InlineData("a: [", "w.yaml:", "not YAML")]
    [InlineData("", "w.yaml:1:", "YAML documents")]
    [InlineData("- a\n", "w.yaml:1: the document is a list", "must be a mapping")]
    [InlineData("inputs: {}\n", "w.yaml:1:", "'workflow' is missing")]
    [InlineData("workflow:\n  type: yadage\n", "w.yaml:2: workflow.type is 'yadage'", "only serial")]
    [InlineData("workflow:\n  type: serial\n", "w.yaml:2: workflow is a mapping", "'specification' is missing")]
    [InlineData(Head + "      []\n", "w.yaml:5: workflow.specification.steps is a list", "at least one step")]
    [InlineData(Head + "      - commands: [a]\n", "w.yaml:5: workflow.specification.steps[0]", "'environment' is missing")]
    [InlineData(Head + "      - environment: i\n", "w.yaml:5: workflow.specification.steps[0]", "'commands' is missing")]
    [InlineData(
        Head + "      - environment: i\n        commands: []\n",
        "w.yaml:6: workflow.specification.steps[0].commands",
        "at least one command")]
    [InlineData(
        Head + "      - environment: i\n        commands: a\n",
        "w.yaml:6: workflow.specification.steps[0].commands is 'a'",
        "must be a list")]
    [InlineData(Head + Step + "        comands: x\n", "w.yaml:7: workflow.specification.steps[0].comands is 'x'", "no step has such a key")]
    [InlineData(
        Head + Step + "        kerberos: maybe\n", "w.yaml:7: workflow.specification.steps[0].kerberos is 'maybe'", "true or false")]
    [InlineData(
        Head + Step + "        kubernetes_uid: root\n",
        "w.yaml:7: workflow.specification.steps[0].kubernetes_uid is 'root'",
        "whole number")]
    [InlineData(Head + Step + "inputs:\n  files: [../secret]\n", "w.yaml:8: inputs.files[0] is '../secret'", "stays inside")]
    [InlineData(Head + Step + "inputs:\n  directories: [/etc]\n", "w.yaml:8: inputs.directories[0] is '/etc'", "stays inside")]
    [InlineData(Head + Step + "outputs:\n  files: [a/../../b]\n", "w.yaml:8: outputs.files[0] is 'a/../../b'", "stays inside")]
    [InlineData(Head + Step + "inputs:\n  parameters:\n    a: [1]\n", "w.yaml:9: inputs.parameters.a is a list", "single value")]
    public void A_bad_file_is_refused_with_place_and_rule(string text, string place, string rule)
    {
        WorkflowFileException problem = Assert.Throws<WorkflowFileException>(() => Parse(text));

        Assert.Contains(place, problem.Message, StringComparison.Ordinal);
        Assert.Contains(rule, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_does_not_exist_is_refused() =>
        Assert.Throws<WorkflowFileException>(() => SerialWorkflowFile.Read("/does/not/exist.yaml", Fields));

    [Fact]
    public void An_unknown_parameter_names_step_and_parameter()
    {
        WorkflowFileException problem = Assert.Throws<WorkflowFileException>(() => Parse(Head + Step).Commands());

        Assert.Contains("step 'step-1'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("'who'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_declared_parameter_can_be_replaced_and_an_undeclared_one_cannot()
    {
        SerialWorkflow workflow = Parse(Head + Step + "inputs:\n  parameters:\n    who: world\n");

        Assert.Equal("echo world", workflow.Commands()[0].Text);
        Assert.Equal("echo you", workflow.With(new Dictionary<string, string> { ["who"] = "you" }).Commands()[0].Text);
        Assert.Throws<WorkflowFileException>(() => workflow.With(new Dictionary<string, string> { ["whom"] = "you" }));
    }

    private static readonly RequestField[] Fields =
    [
        new("compute_backend", RequestFieldType.Text), new("kubernetes_uid", RequestFieldType.Number),
        new("kerberos", RequestFieldType.Flag), new("unpacked_img", RequestFieldType.Flag),
        new("kubernetes_memory_limit", RequestFieldType.Text), new("htcondor_max_runtime", RequestFieldType.Text),
    ];

    private static SerialWorkflow Parse(string text) => SerialWorkflowFile.Parse(text, "/tmp/w.yaml", Fields);

    private static string Demonstration()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string file = Path.Combine(folder.FullName, "deploy", "demo", "bsm-search", "reana.yaml");
            if (File.Exists(file))
                return file;
        }
        throw new FileNotFoundException("deploy/demo/bsm-search/reana.yaml is not above the tests.");
    }
}
