using System.Globalization;

namespace Scailfin.Workflows.Reading;

/// <summary>
/// One step of <c>workflow.specification.steps</c>. A key nobody knows is an error: ignored, a mistyped limit would be no limit.
/// </summary>
internal static class WorkflowStepReader
{
    private static readonly string[] BackendPrefixes = ["kubernetes_", "htcondor_", "slurm_"];

    private static readonly string[] Flags = ["kerberos", "voms_proxy", "rucio", "unpacked_img"];

    private static readonly string[] Numbers = ["kubernetes_uid", "kubernetes_job_timeout"];

    public static WorkflowStep Read(YamlPlace place, int number)
    {
        string name = place.Find("name")?.NonEmptyText() ?? $"step-{number}";
        string environment = place.Require("environment").NonEmptyText();
        YamlPlace commands = place.Require("commands");
        IReadOnlyList<string> texts = [.. commands.Items().Select(item => item.NonEmptyText())];
        if (texts.Count == 0)
            throw commands.Problem("it must hold at least one command.");

        var fields = new List<StepField>();
        foreach ((string key, YamlPlace value) in place.Members())
        {
            if (key is not ("name" or "environment" or "commands"))
                fields.Add(Field(key, value));
        }
        return new WorkflowStep(name, environment, fields, texts);
    }

    private static StepField Field(string key, YamlPlace value)
    {
        // The file format says unpacked_image in places where the API says unpacked_img.
        string name = key == "unpacked_image" ? "unpacked_img" : key;
        if (Flags.Contains(name, StringComparer.Ordinal))
            return new StepField(name, Flag(value), StepFieldKind.Flag);
        if (Numbers.Contains(name, StringComparer.Ordinal))
            return new StepField(name, Number(value), StepFieldKind.Number);
        if (name == "compute_backend" || BackendPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            return new StepField(name, value.NonEmptyText(), StepFieldKind.Text);
        throw value.Problem("no step has such a key; known are name, environment, commands, compute_backend, kubernetes_*, "
            + "htcondor_*, slurm_*, kerberos, voms_proxy, rucio and unpacked_img.");
    }

    private static string Flag(YamlPlace value) => value.Text() switch
    {
        "true" or "True" or "TRUE" => "true",
        "false" or "False" or "FALSE" => "false",
        _ => throw value.Problem("it must be true or false."),
    };

    private static string Number(YamlPlace value) =>
        long.TryParse(value.Text(), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : throw value.Problem("it must be a whole number, zero or more.");
}
