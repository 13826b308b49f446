using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Leftovers;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Tests;

/// <summary>A Kubernetes of its own, in process, and managers that talk to it.</summary>
internal sealed class KubernetesBench : IAsyncDisposable
{
    private readonly string _kubeconfig = Path.GetTempFileName();
    private readonly List<KubernetesJobManager> _managers = [];
    private readonly ConcurrentDictionary<string, int> _pods = new(StringComparer.Ordinal);

    private KubernetesBench(KubernetesApiServer server, TimeProvider time)
    {
        Server = server;
        Time = time;
        server.Lives.Are(LifeOf);
        UseToken(server.Token);
    }

    public KubernetesApiServer Server { get; }

    public TimeProvider Time { get; }

    /// <summary>What pods do whose command is not one of the contract's.</summary>
    public PodLife Life { get; set; } = PodLife.Succeeds("hello\n");

    public KubernetesOptions Options { get; set; } = new() { Namespace = "default" };

    public static async Task<KubernetesBench> StartAsync(ApiServerOptions? options = null)
    {
        options ??= new ApiServerOptions();
        return new KubernetesBench(await KubernetesApiServer.StartAsync(options), options.Time);
    }

    /// <summary>Replaced in one go, as Kubernetes replaces mounted credentials.</summary>
    public void UseToken(string token)
    {
        File.WriteAllText(_kubeconfig + ".new", Server.Kubeconfig(token));
        File.Move(_kubeconfig + ".new", _kubeconfig, overwrite: true);
    }

    /// <summary>As the service makes one when it starts.</summary>
    public KubernetesJobManager NewManager(TimeProvider? time = null, ILogger? logger = null)
    {
        var manager = new KubernetesJobManager(Options with { Kubeconfig = _kubeconfig }, time ?? Time, logger ?? NullLogger.Instance);
        lock (_managers)
            _managers.Add(manager);
        return manager;
    }

    /// <summary>A user's Secret with one variable, as REANA makes it.</summary>
    public async Task CreateSecretAsync(string name, string key)
    {
        using HttpClient client = NewClient();
        var secret = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["annotations"] = new JsonObject { ["secrets_types"] = $$"""{"{{key}}":"env"}""" },
            },
            ["data"] = new JsonObject { [key] = "eA==" },
        };
        using var body = new StringContent(secret.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync(
            new Uri("api/v1/namespaces/default/secrets", UriKind.Relative), body, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The product's own requests.</summary>
    public ApiConnection NewConnection() => new(new ApiConfiguration(_kubeconfig, Options.Context), Options.Requests, Time);

    /// <summary>As somebody with kubectl does.</summary>
    public async Task DeletePodsAsync()
    {
        using HttpClient client = NewClient();
        using HttpResponseMessage answer = await client.DeleteAsync(
            new Uri("api/v1/namespaces/default/pods?gracePeriodSeconds=0", UriKind.Relative), TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>As <c>kubectl delete job --cascade=orphan</c> does.</summary>
    public async Task OrphanPodsAsync(Attempt attempt)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using HttpClient client = NewClient();
        var job = new Uri($"apis/batch/v1/namespaces/default/jobs/{NameOf(attempt)}", UriKind.Relative);
        using HttpResponseMessage answer =
            await client.DeleteAsync(new Uri($"{job}?propagationPolicy=Orphan", UriKind.Relative), cancellation);
        answer.EnsureSuccessStatusCode();

        // The garbage collector takes the pods' owner away first.
        await Eventually.TrueAsync(
            async () =>
            {
                using HttpResponseMessage look = await client.GetAsync(job, cancellation);
                return look.StatusCode == HttpStatusCode.NotFound;
            },
            "the Job is gone");
    }

    public KubernetesLeftovers NewLeftovers() => new(Options with { Kubeconfig = _kubeconfig }, Time);

    public static JobSpec Spec(string command = "true") =>
        Specs.Valid(command, "kubernetes") with { CvmfsMounts = "false", WorkflowWorkspace = "/var/reana/users/x" };

    public static string NameOf(Attempt attempt) => $"reana-run-job-{attempt.JobId}";

    /// <summary>How many pods were made of a Job.</summary>
    public int PodsOf(Attempt attempt) => _pods.GetValueOrDefault(NameOf(attempt));

    public async Task<Attempt> SubmitAsync(KubernetesJobManager manager, JobSpec? spec = null, PodLife? life = null)
    {
        Attempt attempt = Specs.NewAttempt(spec ?? Spec());
        if (life is not null)
            Server.Lives.Of(NameOf(attempt), life);
        var accepted = Assert.IsType<Submission.Accepted>(await manager.SubmitAsync(attempt, TestContext.Current.CancellationToken));
        return attempt with { Handle = accepted.Handle };
    }

    public static async Task<Observation> ObserveAsync(KubernetesJobManager manager, Attempt attempt) =>
        Assert.Single(await manager.ObserveAsync([attempt], TestContext.Current.CancellationToken));

    public static async Task<AttemptEnd> EndAsync(KubernetesJobManager manager, Attempt attempt)
    {
        return (await ManagerDriver.EndAsync(manager, attempt)).End!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (KubernetesJobManager manager in _managers)
            await manager.DisposeAsync();
        await Server.DisposeAsync();
        File.Delete(_kubeconfig);
        Assert.Null(Server.Failure);
    }

    private HttpClient NewClient()
    {
        var client = new HttpClient { BaseAddress = Server.Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Server.Token);
        return client;
    }

    private PodLife LifeOf(StoredObject pod)
    {
        string job = pod.Labels["job-name"];
        _pods.AddOrUpdate(job, 1, (_, count) => count + 1);
        string command = (string?)((JsonArray)pod.Spec!["containers"]!)[0]!["args"]![0] ?? "";
        return command switch
        {
            "echo well done" => PodLife.Succeeds("well done\n"),
            "exit 7" => PodLife.Fails(7, "oh\n"),
            "sleep 1000" => PodLife.RunsForever("begun\n"),
            _ => Life,
        };
    }
}
