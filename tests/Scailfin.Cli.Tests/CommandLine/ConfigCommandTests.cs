using System.Text.Json;
using Scailfin.Cli.CommandLine;
using Scailfin.Cli.Output;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.Cli.Tests.CommandLine;

public sealed class ConfigCommandTests
{
    private const string Word = "hunter2";

    [Fact]
    public void It_shows_each_setting_with_where_it_is_from()
    {
        (int code, string output, string error) = Show(json: false, "SCAILFIN_RETENTION=7", "HOME=/home/me");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"(?m)^SCAILFIN_RETENTION +7  \(SCAILFIN_RETENTION\)$", output);
        Assert.Matches(@"(?m)^SCAILFIN_LISTEN +http://127\.0\.0\.1:5000  \(default\)$", output);
        Assert.Matches(@"(?m)^SCAILFIN_BACKENDS +-  \(default\)$", output);
    }

    [Fact]
    public void A_value_may_be_from_another_variable()
    {
        SettingsReport report = TestSettings.Report(
            ServiceMode.Sidecar, "REANA_LOG_LEVEL=ERROR", "REANA_INFRASTRUCTURE_KUBERNETES_NAMESPACE=infra");
        Assert.Contains(new EffectiveSetting("SCAILFIN_LOG_LEVEL", "ERROR", "REANA_LOG_LEVEL"), report.Effective);
        Assert.Contains(
            new EffectiveSetting("REANA_RUNTIME_KUBERNETES_NAMESPACE", "infra", "REANA_INFRASTRUCTURE_KUBERNETES_NAMESPACE"),
            report.Effective);
        Assert.Contains(
            new EffectiveSetting("SCAILFIN_WORKSPACE_ROOTS", "/var/reana", "SHARED_VOLUME_PATH, WORKSPACE_PATHS"), report.Effective);
    }

    [Fact]
    public void As_json_it_is_a_list_of_name_value_and_source()
    {
        using JsonDocument list = JsonDocument.Parse(Show(json: true, "SCAILFIN_RETENTION=7").Output);
        JsonElement retention = list.RootElement.EnumerateArray().Single(item => item.Text("name") == "SCAILFIN_RETENTION");
        Assert.Equal(("7", "SCAILFIN_RETENTION"), (retention.Text("value"), retention.Text("source")));
        JsonElement backends = list.RootElement.EnumerateArray().Single(item => item.Text("name") == "SCAILFIN_BACKENDS");
        Assert.Equal(JsonValueKind.Null, backends.GetProperty("value").ValueKind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_secret_is_shown(bool json)
    {
        string[] names =
        [
            "SCAILFIN_TOKEN", "REANA_DB_PASSWORD", "REANA_SECRET_KEY", "CERN_USER", "CERN_KEYTAB", "VONAME", "VOMSPROXY_FILE",
            "VOMSPROXY_PASS", "RUCIO_USERNAME", "HELMHOLTZ_TOP",
        ];
        string[] secrets =
        [
            .. names.Select(name => $"{name}={Word}"), $"SCAILFIN_DATABASE=postgresql://u:{Word}@h/d",
            $"REANA_SQLALCHEMY_DATABASE_URI={Word}",
        ];
        (int code, string output, string error) = Show(json, secrets);
        Assert.Equal(0, code);
        Assert.DoesNotContain(Word, output + error, StringComparison.Ordinal);
        Assert.Contains(Secret.Shown, output, StringComparison.Ordinal);
    }

    [Fact]
    public void With_problems_it_still_shows_all_and_ends_with_2()
    {
        (int code, string output, string error) = Show(json: false, "KUEUE_ENABLED=maybe", "SCAILFIN_DATE=x");
        Assert.Equal(2, code);
        Assert.Contains("KUEUE_ENABLED", output, StringComparison.Ordinal);
        Assert.Equal(2, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("backends: {pool: {kind: local, in_flight: many}}", "backend 'pool': in_flight is 'many', but must be")]
    [InlineData("backends: {pool: {kind: htcondor, kerberos_keytab: /k}}", "backend 'pool': kerberos_keytab is '/k', but must be")]
    [InlineData("backends: {pool: {kind: kubernetes, context: x}}", "backend 'pool': context is 'x', but must be left out, or")]
    [InlineData("backends: {pool: {kind: local, site: nowhere}}", "site is 'nowhere', but must be")]
    [InlineData("backends: [", ", line ")]
    [InlineData("", "a mapping")]
    public void It_reads_the_file_of_backends(string text, string problem)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        (int code, _, string error) = Show(json: false, $"SCAILFIN_BACKENDS={file}");
        File.Delete(file);
        Assert.Equal(2, code);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_cannot_forge_lines() =>
        Assert.DoesNotContain(
            "\nforged",
            Show(json: false, "REANA_COMPONENT_PREFIX=x\nforged", "KUEUE_ENABLED=x\nforged") is var shown ? shown.Output + shown.Error : "",
            StringComparison.Ordinal);

    private static (int Code, string Output, string Error) Show(bool json, params string[] variables)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = ConfigCommand.Show(TestSettings.Report(ServiceMode.Standalone, variables).WithBackends(), json, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
