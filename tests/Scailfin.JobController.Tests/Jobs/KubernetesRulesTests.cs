using Scailfin.JobController.Tests.Hosting;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.Requests;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>
/// The rules of Kubernetes' manager as a client meets them (contract A.3, step 7; C.7, C.8): status, text, and nothing stored.
/// </summary>
public sealed class KubernetesRulesTests
{
    private static readonly KubernetesOptions Options = new()
    {
        Defaults = new KubernetesResources { MemoryRequest = "2Gi", MemoryLimit = "4Gi" },
        Maxima = new KubernetesResources { CpuRequest = "2", CpuLimit = "2", MemoryRequest = "8Gi", MemoryLimit = "8Gi" },
    };

    [Theory]
    [InlineData("\"kubernetes_uid\": 99", 403, "The \"kubernetes_uid\" requested (99) is below the cluster-configured minimum (100).")]
    [InlineData("\"kubernetes_cpu_request\": \"1.5m\"", 400, "The \"kubernetes_cpu_request\" requested 1.5m has wrong format.")]
    [InlineData("\"kubernetes_cpu_limit\": \"2001m\"", 403, "The \"kubernetes_cpu_limit\" requested (2001m) exceeds the limit (2).")]
    [InlineData("\"kubernetes_memory_request\": \"4g\"", 400, "The \"kubernetes_memory_request\" requested 4g has wrong format.")]
    [InlineData("\"kubernetes_memory_limit\": \"9Gi\"", 403, "The \"kubernetes_memory_limit\" requested (9Gi) exceeds the limit (8Gi).")]
    [InlineData(
        "\"kubernetes_uid\": 1, \"kubernetes_cpu_request\": \"x\"",
        403,
        "The \"kubernetes_uid\" requested (1) is below the cluster-configured minimum (100).")]
    [InlineData(
        "\"kubernetes_cpu_request\": \"x\", \"kubernetes_memory_limit\": \"9Gi\"",
        400,
        "The \"kubernetes_cpu_request\" requested x has wrong format.")]
    [InlineData(
        "\"kubernetes_cpu_request\": \"2\", \"kubernetes_cpu_limit\": \"1\"",
        403,
        "ERROR: CPU request (2) cannot be greater than limit (1). If you are overriding the values, please check the default and maximum "
            + "values for requests and limits with 'reana-client info' command.")]
    [InlineData(
        "\"kubernetes_memory_limit\": \"1Gi\"",
        403,
        "ERROR: Memory request (2Gi) cannot be greater than limit (1Gi). If you are overriding the values, please check the default and "
            + "maximum values for requests and limits with 'reana-client info' command.")]
    public async Task A_request_beyond_the_rules_is_refused_with_the_contracts_words(string more, int status, string message)
    {
        await using Edge edge = await StartAsync();
        Answer answer = await edge.PostAsync(edge.Request(more));
        Assert.Equal((status, message), (answer.Status, answer.Json.GetProperty("message").GetString()));
        Assert.Equal(0, await edge.CountAsync());
        Assert.Equal(0, edge.Backend.SubmitCalls);
    }

    [Theory]
    [InlineData("\"cvmfs_mounts\": \"\"")]
    [InlineData("\"cvmfs_mounts\": \"false\"")]
    [InlineData("\"cvmfs_mounts\": \"False\"")]
    [InlineData("\"kubernetes_memory_limit\": \"\", \"kubernetes_cpu_limit\": \"\"")]
    [InlineData("\"cvmfs_mounts\": \"['atlas.cern.ch', \\\"cms.cern.ch\\\"]\"")]
    [InlineData("\"kubernetes_uid\": 1000, \"kubernetes_cpu_request\": \"500m\", \"kubernetes_memory_limit\": \"4Gi\"")]
    public async Task A_request_within_them_is_taken(string more)
    {
        await using Edge edge = await StartAsync();
        Assert.Equal(201, (await edge.PostAsync(edge.Request(more))).Status);
    }

    [Fact]
    public async Task What_is_no_list_of_repositories_is_refused_with_the_field_named()
    {
        await using Edge edge = await StartAsync();
        Answer answer = await edge.PostAsync(edge.Request("\"cvmfs_mounts\": \"[1, os.system('x')]\""));
        Assert.Equal(400, answer.Status);
        Assert.Contains("cvmfs_mounts", answer.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static Task<Edge> StartAsync() =>
        Edge.StartAsync(backend: new ScriptedJobManager { AutoRun = true, Rules = spec => KubernetesSpecRules.Problems(spec, Options) });
}
