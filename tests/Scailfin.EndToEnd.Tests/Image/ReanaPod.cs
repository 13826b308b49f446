using System.Globalization;
using System.Net;
using Scailfin.Testing.Containers;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.PostgreSql;
using Scailfin.Testing.Reana;

namespace Scailfin.EndToEnd.Tests.Image;

/// <summary>
/// The job-controller of REANA's run-batch pod (contract B.4, B.5): its container, its Pod in the cluster, and the rows of its workflow.
/// </summary>
internal sealed class ReanaPod : IAsyncDisposable
{
    public const string Workflow = "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11";
    public const string Workspace = "/var/reana/users/00000000-0000-0000-0000-000000000000/workflows/" + Workflow;

    private const string ServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount/";
    private const string Name = $"reana-run-batch-{Workflow}-abcde";
    private const string ApiServerName = "kubernetes.default.svc";

    private readonly List<HostPort> _ports;

    private ReanaPod(ProgramContainer container, List<HostPort> ports)
    {
        Container = container;
        _ports = ports;
    }

    public ProgramContainer Container { get; }

    /// <summary>How long Kubernetes waits for the pod's end, the preStop included: REANA's default (contract B.4).</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(120);

    /// <summary>
    /// Ends the pod as the kubelet does: the preStop on the pod's address must be answered with 200, and TERM is sent after it; then
    /// it ends before the grace period does. Between the two <paramref name="whenStopped"/> looks. Returns the exit code.
    /// </summary>
    public async Task<long> DeleteAsync(Func<Task> whenStopped)
    {
        using var grace = new CancellationTokenSource(Grace, TimeProvider.System);
        using var kubelet = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var preStop = new HttpRequestMessage(HttpMethod.Get, new Uri(Container.Address, "/shutdown"));
        preStop.Headers.TryAddWithoutValidation("User-Agent", "kube-lifecycle/1.36");
        preStop.Headers.TryAddWithoutValidation("Accept", "*/*");
        preStop.Headers.ConnectionClose = true;
        using HttpResponseMessage answer = await kubelet.SendAsync(preStop, grace.Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await whenStopped();
        return await Container.TerminateAsync().WaitAsync(grace.Token);
    }

    /// <summary>The client of the workflow's engine.</summary>
    public ReanaClient NewClient() => new(Container.Address, Workflow, Workspace);

    /// <summary>Starts the pod with one of REANA's command lines.</summary>
    public static async Task<ReanaPod> StartAsync(
        StartCommand start, PostgreSqlServer postgreSql, string database, KubernetesApiServer cluster)
    {
        HostPort toDatabase = await HostPort.OpenAsync(postgreSql.Port);
        HostPort toCluster = await HostPort.OpenAsync(cluster.Url.Port);
        string url = postgreSql.UrlOf(database).Replace(
            $"@{postgreSql.Host}:{postgreSql.Port}/", $"@{toDatabase.Host}:{toDatabase.Port}/", StringComparison.Ordinal);
        Dictionary<string, string> variables = OperatorsVariables(url);
        await ReanaObjects.CreateAsync(cluster, Name, variables);

        // What the kubelet gives the container: the user's secrets come last and win.
        foreach ((string name, string value) in ReanaObjects.UsersSecrets)
            variables[name] = value;
        variables["KUBERNETES_SERVICE_HOST"] = ApiServerName;
        variables["KUBERNETES_SERVICE_PORT"] = toCluster.Port.ToString(CultureInfo.InvariantCulture);
        ProgramContainer container = await ProgramContainer.StartAsync(new ProgramContainerOptions
        {
            Image = start.Image,
            Command = ["/bin/bash", "-c", start.Line],
            Variables = variables,
            Hostname = Name,
            Restricted = start.Restricted,
            Hosts = new Dictionary<string, string> { [ApiServerName] = toCluster.Host },
            Files = new Dictionary<string, string>
            {
                [ServiceAccount + "token"] = cluster.Token,
                [ServiceAccount + "ca.crt"] = cluster.CertificateAuthority!,
                [ServiceAccount + "namespace"] = "default",
                ["/var/reana/uwsgi/uwsgi.ini"] = Ini,
            },
            Folders = [Workspace, .. start.Restricted ? (string[])["/var/run/nss_wrapper"] : []],
        });
        return new ReanaPod(container, [toDatabase, toCluster]);
    }

    /// <summary>Kills the service, not the parent that started it, and waits until the kernel has closed its connections.</summary>
    public Task KillServiceAsync() => RunAsync("kill -9 $service; while [ -e /proc/$service ]; do :; done");

    /// <summary>
    /// Kills the service and does something while there is none: the parent stands still meanwhile. Where <c>su</c> is the first process,
    /// it would let a child that stands still go on, so it stands still too.
    /// </summary>
    public async Task WhileTheServiceIsAwayAsync(Func<Task> work)
    {
        string parent = (await RunAsync(
            "while read -r name value; do [ $name = PPid: ] && echo $value; done </proc/$service/status")).Trim();
        await Container.SignalAsync("STOP");

        // Its connections are closed once its last thread is a zombie.
        await RunAsync(
            $"kill -STOP {parent}; kill -9 $service; while tasks=(/proc/$service/task/*); "
            + "[[ ${#tasks[@]} -gt 1 || $(</proc/$service/status) != *'Z (zombie)'* ]]; do :; done");
        try
        {
            await work();
        }
        finally
        {
            (await Container.ExecAsync("bash", "-c", $"kill -CONT {parent}")).OutputOfSuccess();
            await Container.SignalAsync("CONT");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Container.DisposeAsync();
        foreach (HostPort port in _ports)
            await port.DisposeAsync();
    }

    /// <summary>Runs a script in the container that knows the service's process.</summary>
    private async Task<string> RunAsync(string script) => (await Container.ExecAsync(
        "bash",
        "-c",
        "for entry in /proc/[0-9]*; do [[ $(tr '\\0' ' ' <$entry/cmdline) == *' service-of-parent ' ]] || continue; "
        + $"service=${{entry#/proc/}}; {script}; exit 0; done; exit 1")).OutputOfSuccess();

    /// <summary>The uWSGI file of REANA's chart.</summary>
    private const string Ini = """
        [uwsgi]
        http = 0.0.0.0:5000
        module = reana_job_controller.app:app
        master = true
        processes = 1
        threads = 2
        max-requests = 1999
        max-requests-delta = 149
        reload-on-rss = 250
        lazy-apps = true
        buffer-size = 10240
        """;

    /// <summary>Contract B.5, first and third group; what is unset in REANA arrives empty.</summary>
    private static Dictionary<string, string> OperatorsVariables(string database) => new(StringComparer.Ordinal)
    {
        ["REANA_USER_ID"] = "00000000-0000-0000-0000-000000000000",
        ["CERN_USER"] = "reana",
        ["USER"] = "reana",
        ["K8S_CERN_EOS_AVAILABLE"] = "",
        ["IMAGE_PULL_SECRETS"] = "",
        ["KUEUE_ENABLED"] = "False",
        ["REANA_SQLALCHEMY_DATABASE_URI"] = database,
        ["SQLALCHEMY_POOL_SIZE"] = "1",
        ["REANA_STORAGE_BACKEND"] = "local",
        ["REANA_COMPONENT_PREFIX"] = "reana",
        ["REANA_COMPONENT_NAMING_SCHEME"] = "{prefix}-{component_type}-{id}",
        ["REANA_INFRASTRUCTURE_KUBERNETES_NAMESPACE"] = "default",
        ["REANA_RUNTIME_KUBERNETES_NAMESPACE"] = "default",
        ["REANA_JOB_HOSTPATH_MOUNTS"] = "[]",
        ["REANA_RUNTIME_KUBERNETES_KEEP_ALIVE_JOBS_WITH_STATUSES"] = "",
        ["REANA_KUBERNETES_JOBS_MEMORY_LIMIT"] = "4Gi",
        ["REANA_KUBERNETES_JOBS_CPU_LIMIT"] = "",
        ["REANA_KUBERNETES_JOBS_MAX_USER_MEMORY_LIMIT"] = "",
        ["REANA_KUBERNETES_JOBS_TIMEOUT_LIMIT"] = "604800",
        ["REANA_KUBERNETES_JOBS_MAX_USER_TIMEOUT_LIMIT"] = "1209600",
        ["WORKSPACE_PATHS"] = "{}",
        ["REANA_VETTED_CONTAINER_IMAGES"] = """{"enabled": false, "allowlist": []}""",
    };
}

/// <summary>One of REANA's command lines, the only argument of <c>/bin/bash -c</c>.</summary>
internal sealed record StartCommand(string Line, bool Restricted, bool IsHpc = false)
{
    /// <summary>The image that is started with it.</summary>
    public string Image => IsHpc ? PublishedProgram.HpcImage : PublishedProgram.Image;

    private const string AsUser =
        "getent group '0' || groupadd -f -g '0' 'root';useradd -u 1000 -g 0 -M reana;"
        + $"chown -R 1000 {ReanaPod.Workspace};exec su reana /bin/bash -c ";

    private const string NssWrapper = "exec python3 -m reana_job_controller.nss_wrapper";

    public static IReadOnlyDictionary<string, StartCommand> All { get; } = new Dictionary<string, StartCommand>
    {
        ["flask, by root"] = new(AsUser + "\"exec flask run -h 0.0.0.0;\"", Restricted: false),
        ["uwsgi, by root"] = new(AsUser + "\"exec uwsgi --ini /var/reana/uwsgi/uwsgi.ini;\"", Restricted: false),
        ["uwsgi, restricted"] = new("exec uwsgi --ini /var/reana/uwsgi/uwsgi.ini", Restricted: true),
        ["nss_wrapper, restricted"] = new(NssWrapper, Restricted: true),
        ["nss_wrapper, restricted, hpc"] = new(NssWrapper, Restricted: true, IsHpc: true),
    };
}
