using Scailfin.JobController.Hosting;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Logging;
using Scailfin.JobController.Reana;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.JobManagers.Kubernetes.Options;
using Serilog.Events;

namespace Scailfin.JobController.Tests.Reana;

public sealed class ReanaSettingsTests
{
    [Fact]
    public void A_storage_backend_that_REANA_does_not_know_is_refused_and_in_a_sidecar_noted()
    {
        Assert.Equal(
            ["REANA_STORAGE_BACKEND is 'cephfs', but must be one of: local, network"],
            TestSettings.Problems(ServiceMode.Standalone, "REANA_STORAGE_BACKEND=cephfs"));
        Assert.Contains(
            "REANA_STORAGE_BACKEND is 'cephfs', which is neither local nor network, and means local",
            TestSettings.Sidecar("REANA_STORAGE_BACKEND=cephfs").Notes);
    }

    [Fact]
    public void Names_follow_from_the_prefix()
    {
        ReanaSettings reana = TestSettings.Sidecar("REANA_COMPONENT_PREFIX=site").Reana!;
        Assert.Equal(("site-shared-persistent-volume", "site-krb5-conf"), (reana.Storage.ClaimName, reana.Images.KerberosConfigMap));
        Assert.Equal(("default", "default"), (reana.InfrastructureNamespace, reana.RuntimeNamespace));
    }

    [Fact]
    public void Jobs_run_in_the_runtime_namespace_and_the_database_may_be_named_in_another()
    {
        ServiceSettings settings = TestSettings.Sidecar(
            "REANA_INFRASTRUCTURE_KUBERNETES_NAMESPACE=reana", "REANA_RUNTIME_KUBERNETES_NAMESPACE=reana-runtime",
            "REANA_SQLALCHEMY_DATABASE_URI=postgresql+psycopg2://u:p@reana-db.reana.svc.cluster.local:5432/d");
        Assert.Equal(
            ("reana-runtime", "reana-db.reana.svc.cluster.local"),
            (KubernetesBackend.Of(settings.Reana, ServiceMode.Sidecar).Namespace, settings.Database.Host));
        Assert.Equal("reana-db.reana", TestSettings.Sidecar("REANA_DB_HOST=reana-db.reana").Database.Host);
    }

    [Theory]
    [InlineData("{prefix}-{id}", 0)]
    [InlineData("jobs-{component_type}-{id}", 0)]
    [InlineData("{prefix}", 1)]
    [InlineData("{id}-{user}", 1)]
    [InlineData("{id}-{prefix.__class__}", 1)]
    [InlineData("{id}-{", 1)]
    public void A_naming_scheme_has_an_id_and_known_parts(string scheme, int problems) =>
        Assert.Equal(problems, TestSettings.Problems(ServiceMode.Sidecar, $"REANA_COMPONENT_NAMING_SCHEME={scheme}").Count);

    [Theory]
    [InlineData("network", true)]
    [InlineData("local", false)]
    [InlineData("ceph", false)]
    public void Only_network_means_a_claim(string backend, bool isNetwork) =>
        Assert.Equal(isNetwork, TestSettings.Sidecar($"REANA_STORAGE_BACKEND={backend}").Reana!.Storage.IsNetwork);

    [Fact]
    public void A_hostpath_mount_is_mounted_at_its_own_path_unless_told_otherwise() => Assert.Equal(
        [new HostPathMount("a", "/data/a", "/data/a"), new HostPathMount("b", "/data/b", "/b")],
        TestSettings.Sidecar(
            """REANA_JOB_HOSTPATH_MOUNTS=[{"name":"a","hostPath":"/data/a"},{"name":"b","hostPath":"/data/b","mountPath":"/b"}]""")
            .Reana!.Storage.HostPathMounts);

    [Theory]
    [InlineData("REANA_JOB_HOSTPATH_MOUNTS={}")]
    [InlineData("REANA_JOB_HOSTPATH_MOUNTS=[1]")]
    [InlineData("""REANA_JOB_HOSTPATH_MOUNTS=[{"hostPath":"/a"}]""")]
    [InlineData("""REANA_JOB_HOSTPATH_MOUNTS=[{"name":"a","hostPath":"relative"}]""")]
    [InlineData("WORKSPACE_PATHS=/a:/b")]
    [InlineData("""WORKSPACE_PATHS={"/a":1}""")]
    [InlineData("""WORKSPACE_PATHS=["/a:/b:/c"]""")]
    [InlineData("""WORKSPACE_PATHS=["/a"]""")]
    [InlineData("""WORKSPACE_PATHS={"/a":"../b"}""")]
    [InlineData("REANA_VETTED_CONTAINER_IMAGES=[]")]
    [InlineData("REANA_VETTED_CONTAINER_IMAGES={")]
    [InlineData("""REANA_VETTED_CONTAINER_IMAGES={"enabled":"yes"}""")]
    [InlineData("""REANA_VETTED_CONTAINER_IMAGES={"enabled":true,"allowlist":[1]}""")]
    [InlineData("REANA_RUNTIME_JOBS_KUBERNETES_NODE_LABEL=a")]
    [InlineData("REANA_RUNTIME_JOBS_KUBERNETES_NODE_LABEL=a=b=c")]
    [InlineData("REANA_RUNTIME_KUBERNETES_KEEP_ALIVE_JOBS_WITH_STATUSES=finished,stopped")]
    [InlineData("REANA_KUBERNETES_JOBS_MIN_USER_UID=root")]
    [InlineData("WORKFLOW_RUNTIME_USER_UID=-1")]
    [InlineData("WORKFLOW_RUNTIME_USER_GID=1.5")]
    [InlineData("REANA_KUBERNETES_JOBS_MAX_USER_CPU_LIMIT=two")]
    [InlineData("REANA_KUBERNETES_JOBS_MAX_USER_MEMORY_LIMIT=4g")]
    [InlineData("SHARED_VOLUME_PATH=relative")]
    [InlineData("REANA_LOG_LEVEL=LOUD")]
    [InlineData("C4P_CPU_CORES=0")]
    public void A_wrong_value_is_one_problem_that_names_its_variable(string variable)
    {
        string problem = Assert.Single(TestSettings.Problems(ServiceMode.Sidecar, variable));
        Assert.StartsWith(variable[..variable.IndexOf('=', StringComparison.Ordinal)] + " is '", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_default_that_only_kubernetes_knows_goes_on_working_in_a_sidecar()
    {
        ServiceSettings settings = TestSettings.Sidecar("REANA_KUBERNETES_JOBS_MEMORY_LIMIT=4000000k");
        Assert.Equal("4000000k", settings.Reana!.Jobs.Defaults.MemoryLimit);
        Assert.Single(settings.Notes);
        Assert.Single(TestSettings.Problems(ServiceMode.Standalone, "REANA_KUBERNETES_JOBS_MEMORY_LIMIT=4000000k"));
    }

    [Fact]
    public void Lists_labels_and_ids()
    {
        KubernetesJobSettings jobs = TestSettings.Sidecar(
            "IMAGE_PULL_SECRETS=a,,b",
            "REANA_RUNTIME_JOBS_KUBERNETES_NODE_LABEL=reana.io/system=runtimejobs",
            "WORKFLOW_RUNTIME_USER_UID=1234",
            "REANA_RUNTIME_KUBERNETES_KEEP_ALIVE_JOBS_WITH_STATUSES=finished, failed").Reana!.Jobs;
        Assert.Equal(["a", "b"], jobs.PullSecrets);
        Assert.Equal(KeyValuePair.Create("reana.io/system", "runtimejobs"), jobs.NodeLabel);
        Assert.Equal(["finished", "failed"], jobs.KeepAliveStatuses);
        Assert.Equal((1234, 0, 100), (jobs.RuntimeUid, jobs.RuntimeGid, jobs.MinimumUid));
    }

    [Fact]
    public void The_kubernetes_backend_gets_its_options_from_them()
    {
        KubernetesOptions options = TestSettings.Sidecar(
            "REANA_KUBERNETES_JOBS_MEMORY_LIMIT=4Gi",
            "REANA_KUBERNETES_JOBS_MAX_USER_CPU_REQUEST=2",
            "REANA_KUBERNETES_JOBS_MIN_USER_UID=0",
            "WORKFLOW_RUNTIME_USER_GID=7").Reana!.Jobs.ToOptions();
        Assert.Equal(
            ("4Gi", "2", 0, 1000, 7),
            (options.Defaults.MemoryLimit, options.Maxima.CpuRequest, options.MinimumUid, options.DefaultUid, options.DefaultGid));
    }

    [Theory]
    [InlineData("K8S_CERN_EOS_AVAILABLE=False", true)]
    [InlineData("K8S_CERN_EOS_AVAILABLE=", false)]
    public void Eos_is_there_if_the_variable_says_anything(string variable, bool hasEos) =>
        Assert.Equal(hasEos, TestSettings.Sidecar(variable).Reana!.Storage.HasEos);

    [Fact]
    public void Vetted_images_are_compared_exactly()
    {
        VettedImages images =
            TestSettings.Sidecar("""REANA_VETTED_CONTAINER_IMAGES={"enabled":true,"allowlist":["busybox:1"]}""").Requests.VettedImages;
        Assert.True(images.Allow("busybox:1"));
        Assert.False(images.Allow("docker.io/library/busybox:1"));
        Assert.False(images.Allow(""));
        images = TestSettings.Sidecar("""REANA_VETTED_CONTAINER_IMAGES={"enabled":false,"allowlist":[]}""").Requests.VettedImages;
        Assert.True(images.Allow("any"));
    }

    [Theory]
    [InlineData("DEBUG", LogEventLevel.Debug)]
    [InlineData("info", LogEventLevel.Information)]
    [InlineData("WARN", LogEventLevel.Warning)]
    [InlineData("WARNING", LogEventLevel.Warning)]
    [InlineData("FATAL", LogEventLevel.Fatal)]
    [InlineData("10", LogEventLevel.Debug)]
    [InlineData("25", LogEventLevel.Warning)]
    [InlineData("40", LogEventLevel.Error)]
    [InlineData("41", LogEventLevel.Fatal)]
    public void Log_levels_are_pythons(string level, LogEventLevel expected)
    {
        Assert.Equal(expected, TestSettings.Sidecar($"REANA_LOG_LEVEL={level}").Log.Level);
        Assert.Equal(expected, TestSettings.Standalone($"SCAILFIN_LOG_LEVEL={level}", "REANA_LOG_LEVEL=LOUD").Log.Level);
    }

    [Fact]
    public void The_log_of_a_sidecar_is_reanas_unless_told_otherwise()
    {
        Assert.Equal(LogFormat.Reana, TestSettings.Sidecar().Log.Format);
        Assert.Equal(LogFormat.Json, TestSettings.Sidecar("SCAILFIN_LOG_FORMAT=json").Log.Format);
        Assert.Equal(LogFormat.Console, TestSettings.Standalone().Log.Format);
        Assert.Equal(LogEventLevel.Error, TestSettings.Sidecar("REANA_LOG_LEVEL=DEBUG", "SCAILFIN_LOG_LEVEL=ERROR").Log.Level);
    }
}
