using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Sidecar;
using Scailfin.JobController.Tests.Jobs;
using Scailfin.JobManagers.Kubernetes.OwnPod;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Hosting;

/// <summary>The service on a loopback port, with one scripted backend named <c>kubernetes</c> and a data directory of its own.</summary>
internal sealed class Edge : IAsyncDisposable
{
    private static readonly RequestSettings Defaults = new() { DefaultTimeout = "604800", LongestTimeout = "1209600" };

    private readonly string _data = Directory.CreateTempSubdirectory("scailfin-edge-").FullName;
    private readonly bool _active;
    private Func<Task> _start = null!;
    private IServiceProvider _services = null!;
    private IAsyncDisposable _host = null!;
    private Func<Uri> _address = null!;

    private Edge(ScriptedJobManager backend, bool active) => (Backend, _active) = (backend, active);

    public ScriptedJobManager Backend { get; }

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Where this service keeps its files.</summary>
    public DataDirectory Data => new(_data);

    public IServiceProvider Services => _services;

    /// <summary>A workspace that the operator shares among all users.</summary>
    public string Workspace { get; private set; } = null!;

    public IReadOnlyList<Endpoint> Endpoints => _services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>The end of a sidecar in a pod; fails where it cannot go on.</summary>
    public Task<int>? Ended { get; private set; }

    /// <summary>A part of the running service.</summary>
    public T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Edge> StartAsync(
        Func<ServiceSettings, ServiceSettings>? change = null,
        Action<IServiceCollection>? replace = null,
        ScriptedJobManager? backend = null,
        bool active = true,
        Pod? pod = null,
        Func<RequestSettings, RequestSettings>? requests = null)
    {
        var edge = new Edge(backend ?? new ScriptedJobManager { AutoRun = true }, active);
        var data = new DataDirectory(edge._data);
        edge.Workspace = Directory.CreateDirectory(Path.Combine(data.Workspaces, "shared", "w")).FullName;
        edge.Backend.Traits = edge.Backend.Traits with { InFlightLimit = 1_000_000, ObserveInterval = TimeSpan.FromMilliseconds(100) };
        var settings = new ServiceSettings
        {
            Data = data,
            Listen = new Uri("http://127.0.0.1:0"),
            WorkspaceRoots = [data.Workspaces],
            SharedWorkspaces = [Path.Combine(data.Workspaces, "shared")],
            JsonLogs = false,
            Requests = requests?.Invoke(Defaults) ?? Defaults,
        };
        ServiceSettings changed = change?.Invoke(settings) ?? settings;
        if (changed.Mode == ServiceMode.Sidecar)
            changed = changed with { SharedWorkspaces = null };
        edge._start = () => edge.StartAsync(changed, replace, pod);
        await edge._start();
        return edge;
    }

    /// <summary>Ends the service and starts it again on the same data directory; the backend lives on.</summary>
    public async Task RestartAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
        await _start();
    }

    /// <summary>A client of the same service with another token, or none.</summary>
    public HttpClient As(string? token)
    {
        var http = new HttpClient { BaseAddress = _address(), Timeout = TimeSpan.FromMinutes(5) };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private async Task StartAsync(ServiceSettings settings, Action<IServiceCollection>? replace, Pod? pod)
    {
        void Replace(IServiceCollection services)
        {
            services.RemoveAll<IJobManagerKind>();
            services.AddSingleton<IJobManagerKind>(new ScriptedKind(Backend, "kubernetes")
            {
                Stored = "Kubernetes",
                Fields = RequestFields.OfKinds,
            });
            services.AddSingleton<IHostedService>(provider => new Probe(this, provider));
            replace?.Invoke(services);
        }

        if (pod is null)
        {
            var host = await JobController.Hosting.JobControllerHost.StartAsync(settings, beside: true, Replace, Cancellation);
            (_host, _address) = (host, () => host.Address);
            if (_active)
                await Eventually.EndAsync(host.BecomeActiveAsync(Timeout.InfiniteTimeSpan, Cancellation), "the service drives the jobs");
        }
        else
        {
            SidecarInPod sidecar =
                await SidecarInPod.StartAsync(settings, pod.Process, pod.Read, pod.Time ?? TimeProvider.System, Replace, Cancellation);
            (_host, _address) = (sidecar, () => sidecar.Address);
            Ended = sidecar.WaitAsync(Cancellation);
        }

        Http =
            As(File.Exists(settings.Data.TokenFile) ? (await File.ReadAllTextAsync(settings.Data.TokenFile, Cancellation)).Trim() : null);
    }

    public Task<Answer> SendAsync(string method, string path, string? json = null, string contentType = "application/json") =>
        SendAsync(Http, method, path, json, contentType);

    /// <summary>As somebody else.</summary>
    public static async Task<Answer> SendAsync(
        HttpClient http, string method, string path, string? json = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(http.BaseAddress + path[1..]));
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return await SendAsync(http, request);
    }

    public Task<Answer> SendAsync(HttpRequestMessage request) => SendAsync(Http, request);

    public static async Task<Answer> SendAsync(HttpClient http, HttpRequestMessage request)
    {
        using HttpResponseMessage response = await http.SendAsync(request, Cancellation);
        return await Answer.ReadAsync(response, Cancellation);
    }

    public Task<Answer> GetAsync(string path) => SendAsync("GET", path);

    public Task<Answer> PostAsync(string json) => SendAsync("POST", "/jobs", json);

    /// <summary>A valid request; members of <paramref name="more"/> win over its own.</summary>
    public string Request(string more = "") =>
        $$"""
        {"job_name": "step", "workflow_workspace": "{{Workspace}}", "workflow_uuid": "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11",
        "docker_img": "busybox", "cmd": "ZXhpdCAw", "cvmfs_mounts": "false" {{(more.Length > 0 ? "," : "")}} {{more}}}
        """;

    /// <summary>Submits, and returns what was stored.</summary>
    public async Task<Job> SubmitAsync(string more = "")
    {
        Answer answer = await PostAsync(Request(more));
        Assert.True(answer.Status == 201, answer.Text);
        Assert.True(JobId.TryParse(answer.Json.GetProperty("job_id").GetString(), out JobId id));
        Job? job = await _services.GetRequiredService<IJobStore>().FindAsync(id, Cancellation);
        return job!;
    }

    /// <summary>Checks the whole answer to a request that is refused by its fields, and that no job came of it.</summary>
    public async Task RefusesAsync(string body, string problems)
    {
        int before = await CountAsync();
        Answer answer = await PostAsync(body);
        Assert.Equal($"{{\"message\":{problems}}}\n", answer.Text);
        Assert.Equal(400, answer.Status);
        Assert.Equal(before, await CountAsync());
    }

    /// <summary>How many jobs there are.</summary>
    public async Task<int> CountAsync() => (await GetAsync("/jobs")).Json.GetProperty("jobs").GetArrayLength();

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await _host.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>The pod of a sidecar.</summary>
    /// <param name="Process">The process environment.</param>
    /// <param name="Read">How the pod is read.</param>
    /// <param name="Time">The clock of the waiting for it; null for the system's.</param>
    internal sealed record Pod(
        IReadOnlyDictionary<string, string> Process, Func<CancellationToken, Task<OwnPodContent>> Read, TimeProvider? Time = null);

    private sealed class Probe(Edge edge, IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            edge._services = services;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
