using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.Testing.Kubernetes.Recordings;

namespace Scailfin.JobManagers.Kubernetes.Tests.Api;

/// <summary>What a real Kubernetes 1.36 refused, told apart by its own word.</summary>
public sealed class RefusalClassTests
{
    /// <summary>Each recorded answer above 399. What is not named here is <see cref="RefusalClass.Refused"/>.</summary>
    private static readonly Dictionary<string, RefusalClass> Recorded = new(StringComparer.Ordinal)
    {
        ["create-job-403.json"] = RefusalClass.Forbidden,
        ["create-job-403-quota.json"] = RefusalClass.QuotaExceeded,
        ["create-job-403-terminating.json"] = RefusalClass.Forbidden,
        ["create-job-404-namespace.json"] = RefusalClass.NotFound,
        ["create-job-409.json"] = RefusalClass.AlreadyExists,
        ["create-job-429.json"] = RefusalClass.Throttled,
        ["create-pod-500-etcd-too-large.json"] = RefusalClass.Unavailable,
        ["delete-job-404.json"] = RefusalClass.NotFound,
        ["get-401-bad-token.json"] = RefusalClass.Unauthorized,
        ["get-403-anonymous.json"] = RefusalClass.Forbidden,
        ["get-job-403.json"] = RefusalClass.Forbidden,
        ["get-job-404.json"] = RefusalClass.NotFound,
        ["get-log-403.json"] = RefusalClass.Forbidden,
        ["http2-404.json"] = RefusalClass.NotFound,
        ["path-404.json"] = RefusalClass.NotFound,
        ["pretty-curl.json"] = RefusalClass.NotFound,
        ["put-job-409-conflict.json"] = RefusalClass.Conflict,
        ["watch-429.json"] = RefusalClass.Throttled,
        ["watch-pods-403.json"] = RefusalClass.Forbidden,
    };

    public static TheoryData<string> Refusals =>
        [.. Recording.Names("http").Where(name => (int?)Answer(name)?["status"] >= 400)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_recorded_refusal_has_its_class(string name)
    {
        JsonNode answer = Answer(name)!;
        string body = (string?)answer["bodyText"] ?? answer["body"]?.ToJsonString() ?? "";
        ApiRefusal refusal = await ReadAsync((int)answer["status"]!, body);
        Assert.Equal((name, Recorded.GetValueOrDefault(name)), (name, refusal.Class));
    }

    /// <summary>
    /// Sentences of the quota admission (resourcequota/controller.go) and of webhooks, which were not recorded; a Conflict at the quota
    /// object comes with a burst of creates.
    /// </summary>
    [Theory]
    [InlineData(409, "Conflict", "Operation cannot be fulfilled on resourcequotas \"few-jobs\": the object has been modified; please apply "
        + "your changes to the latest version and try again", nameof(RefusalClass.Conflict))]
    [InlineData(409, "AlreadyExists", "object is being deleted: jobs.batch \"x\" already exists", nameof(RefusalClass.AlreadyExists))]
    [InlineData(403, "Forbidden", "jobs.batch \"x\" is forbidden: status unknown for quota: few-jobs, resources: count/jobs.batch",
        nameof(RefusalClass.Conflict))]
    [InlineData(403, "Forbidden", "jobs.batch \"x\" is forbidden: failed quota: mem: must specify limits.memory",
        nameof(RefusalClass.Forbidden))]
    [InlineData(403, "Forbidden", "admission webhook \"q\" denied the request: exceeded quota: x", nameof(RefusalClass.Forbidden))]
    [InlineData(403, "Forbidden", "jobs.batch is forbidden: User \"exceeded quota: x\" cannot create", nameof(RefusalClass.Forbidden))]
    [InlineData(504, "Timeout", "Timeout: request did not complete within the allotted timeout", nameof(RefusalClass.Unavailable))]
    [InlineData(500, "InternalError", "Internal error occurred: resource quota evaluation timed out", nameof(RefusalClass.Unavailable))]
    [InlineData(410, "Expired", "too old resource version: 1 (2)", nameof(RefusalClass.Expired))]
    [InlineData(410, "Gone", "", nameof(RefusalClass.Expired))]
    public void The_word_decides_and_not_the_number(int code, string reason, string message, string expected)
    {
        Assert.Equal(expected, RefusalClasses.Of(code, reason, message).ToString());
        Assert.Equal(expected, RefusalClasses.Of(418, reason, message).ToString());
    }

    /// <summary>A proxy knows nothing of the cluster's objects and rights: its 404 is not the end of a Job.</summary>
    [Theory]
    [InlineData(404, "<html>default backend - 404</html>", nameof(RefusalClass.Unavailable))]
    [InlineData(403, "<html>blocked</html>", nameof(RefusalClass.Unavailable))]
    [InlineData(302, "", nameof(RefusalClass.Unavailable))]
    [InlineData(502, "<html>Bad gateway</html>", nameof(RefusalClass.Unavailable))]
    [InlineData(413, "<html>Request Entity Too Large</html>", nameof(RefusalClass.Refused))]
    [InlineData(401, "", nameof(RefusalClass.Unauthorized))]
    [InlineData(429, "slow down", nameof(RefusalClass.Throttled))]
    public async Task An_answer_that_is_not_Kubernetes_own_is_told_by_its_number(int code, string body, string expected) =>
        Assert.Equal(expected, (await ReadAsync(code, body)).Class.ToString());

    private static async Task<ApiRefusal> ReadAsync(int code, string body)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)code) { Content = new StringContent(body, Encoding.UTF8) };
        return await RefusalReader.ReadAsync(response, Cancellation);
    }

    private static JsonNode? Answer(string name) => JsonNode.Parse(Recording.Text("http", name))!["response"];
}
