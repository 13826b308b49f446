using Scailfin.JobController.Hosting;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Tests.Hosting;

public sealed class ServiceSettingsTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5000/base")]
    [InlineData("http://me@127.0.0.1:5000")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=udp")]
    public void What_would_be_ignored_is_refused(string value) => Assert.Single(TestSettings.Problems(
        ServiceMode.Standalone, value.StartsWith("http", StringComparison.Ordinal) ? $"SCAILFIN_LISTEN={value}" : value));

    [Fact]
    public void A_standalone_service_needs_no_variable()
    {
        ServiceSettings settings = TestSettings.Standalone("HOME=/home/me");
        Assert.Equal("http://127.0.0.1:5000/", settings.Listen.ToString());
        Assert.Equal("/home/me/.local/share/scailfin", settings.Data.Path);
        Assert.Equal(["/home/me/.local/share/scailfin/workspaces"], settings.WorkspaceRoots);
        Assert.Equal([], settings.SharedWorkspaces!);
        Assert.Equal(
            ("604800", "1209600", ""),
            (settings.Requests.DefaultTimeout, settings.Requests.LongestTimeout, settings.Requests.DaskScheduler));
        Assert.Equal((TimeSpan.FromDays(30), false, false), (settings.Retention, settings.Requests.OlderReana, settings.JsonLogs));
        Assert.Null(settings.ComputeBackends);
    }

    [Fact]
    public void A_sidecar_needs_no_variable_and_no_home()
    {
        ServiceSettings settings = TestSettings.Sidecar("HOME=/home/does-not-exist");
        Assert.Equal("http://0.0.0.0:5000/", settings.Listen.ToString());
        Assert.Equal("/tmp/scailfin", settings.Data.Path);
        Assert.Equal(["/var/reana"], settings.WorkspaceRoots);
        Assert.Null(settings.SharedWorkspaces);
        Assert.Equal(
            ("", "", "tcp://127.0.0.1:8080"),
            (settings.Requests.DefaultTimeout, settings.Requests.LongestTimeout, settings.Requests.DaskScheduler));
        Assert.Equal(["kubernetes"], settings.ComputeBackends);
    }

    [Fact]
    public void An_empty_variable_is_an_unset_one()
    {
        string[] names = [.. TestSettings.Report(ServiceMode.Sidecar).Effective.Select(setting => setting.Name).Distinct()];
        SettingsReport report = TestSettings.Report(ServiceMode.Sidecar, [.. names.Select(name => $"{name}=")]);
        Assert.Empty(report.Problems);
        Assert.Equal(TestSettings.Report(ServiceMode.Sidecar).Effective, report.Effective);
    }

    [Fact]
    public void A_sidecars_roots_are_the_shared_volume_and_the_pods_side_of_workspace_paths()
    {
        string[] roots = ["/data/a", "/pod/b", "/pod/c"];
        Assert.Equal(
            roots,
            TestSettings.Sidecar("SHARED_VOLUME_PATH=/data/a", """WORKSPACE_PATHS={"/node/b":"/pod/b","/node/c":"/pod/c"}""")
                .WorkspaceRoots);
        Assert.Equal(
            roots,
            TestSettings.Sidecar("SHARED_VOLUME_PATH=/data/a", """WORKSPACE_PATHS=["/node/b:/pod/b","/node/c:/pod/c"]""").WorkspaceRoots);
        Assert.Equal(["/var/reana"], TestSettings.Sidecar("SCAILFIN_WORKSPACE_ROOTS=/mine").WorkspaceRoots);
    }

    [Fact]
    public void A_sidecar_starts_with_time_limits_that_are_no_numbers_and_a_standalone_service_does_not()
    {
        Assert.Equal("7d", TestSettings.Sidecar("REANA_KUBERNETES_JOBS_TIMEOUT_LIMIT=7d").Requests.DefaultTimeout);
        Assert.Single(TestSettings.Problems(ServiceMode.Standalone, "REANA_KUBERNETES_JOBS_TIMEOUT_LIMIT=7d"));
    }

    [Fact]
    public void All_problems_are_reported_at_once_each_with_variable_value_and_rule()
    {
        SettingsException exception = Assert.Throws<SettingsException>(() => TestSettings.Standalone(
            "SCAILFIN_LISTEN=ftp://x", "SCAILFIN_WORKSPACE_ROOTS=relative", "KUEUE_ENABLED=maybe", "SCAILFIN_RETENTION=-1",
            "SCAILFIN_LISTN=x"));
        Assert.Equal(
            [
                "SCAILFIN_LISTEN is 'ftp://x', but must be an address without a path, such as http://127.0.0.1:5000",
                "KUEUE_ENABLED is 'maybe', but must be one of: y, yes, t, true, on, 1, n, no, f, false, off, 0",
                "SCAILFIN_WORKSPACE_ROOTS is 'relative', but must be absolute paths separated by colons",
                "SCAILFIN_RETENTION is '-1', but must be a whole number from 0 to 36500",
                "SCAILFIN_LISTN is not known: did you mean SCAILFIN_LISTEN?",
            ],
            exception.Problems);
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("/elsewhere")]
    [InlineData("/data/w/a:/elsewhere")]
    public void Shared_workspaces_lie_in_a_root(string shared) => Assert.Equal(
        [
            $"SCAILFIN_SHARED_WORKSPACES is '{shared}', but must be absolute paths separated by colons, "
                + "each of them one of SCAILFIN_WORKSPACE_ROOTS or a directory in one",
        ],
        TestSettings.Problems(ServiceMode.Standalone, "SCAILFIN_WORKSPACE_ROOTS=/data/w", $"SCAILFIN_SHARED_WORKSPACES={shared}"));

    [Fact]
    public void A_root_itself_may_be_shared() => Assert.Equal(
        ["/data/w"], TestSettings.Standalone("SCAILFIN_WORKSPACE_ROOTS=/data/w", "SCAILFIN_SHARED_WORKSPACES=/data/w").SharedWorkspaces!);

    [Theory]
    [InlineData("y", true)]
    [InlineData("YES", true)]
    [InlineData("t", true)]
    [InlineData("True", true)]
    [InlineData("on", true)]
    [InlineData("1", true)]
    [InlineData("n", false)]
    [InlineData("No", false)]
    [InlineData("f", false)]
    [InlineData("False", false)]
    [InlineData("OFF", false)]
    [InlineData("0", false)]
    public void Truth_values_are_pythons(string word, bool value) =>
        Assert.Equal(value, TestSettings.Sidecar($"KUEUE_ENABLED={word}").Reana!.Jobs.UsesKueue);

    [Fact]
    public void Retention_of_no_days_is_for_ever() => Assert.Null(TestSettings.Standalone("SCAILFIN_RETENTION=0").Retention);

    [Fact]
    public void Limits_of_requests_can_be_set() => Assert.Equal(
        (2048, 3072, 4096, 5120),
        TestSettings.Standalone(
            "SCAILFIN_MAX_BODY=2048", "SCAILFIN_MAX_COMMAND=3072", "SCAILFIN_MAX_ENVIRONMENT=4096", "SCAILFIN_MAX_LOG=5120").Requests.Limits
            is var limits ? (limits.Body, limits.Command, limits.Environment, limits.Log) : default);

    [Fact]
    public void The_older_reana_can_be_asked_for()
    {
        Assert.True(TestSettings.Sidecar("SCAILFIN_REANA_VERSION=0.9").Requests.OlderReana);
        Assert.False(TestSettings.Sidecar("SCAILFIN_REANA_VERSION=0.95").Requests.OlderReana);
        Assert.Single(TestSettings.Problems(ServiceMode.Sidecar, "SCAILFIN_REANA_VERSION=0.8"));
    }

    [Theory]
    [InlineData("SCAILFIN_PORT")]
    [InlineData("SCAILFIN_SERVICE_HOST")]
    [InlineData("SCAILFIN_SERVICE_PORT_HTTP")]
    [InlineData("SCAILFIN_PORT_5000_TCP_ADDR")]
    [InlineData("SCAILFIN_DB_PORT_5432_TCP")]
    [InlineData("SCAILFIN_TEST_KILL_AT")]
    [InlineData("SCAILFIN_JWT_ISSUER")]
    [InlineData("SCAILFIN_URL")]
    [InlineData("SCAILFIN_TOKEN")]
    public void Variables_of_services_tests_and_the_command_line_are_no_typing_errors(string name) =>
        Assert.Empty(TestSettings.Problems(ServiceMode.Sidecar, $"{name}=tcp://10.0.0.1:5000"));
}
