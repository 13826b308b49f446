using System.Net;
using System.Text.Json;
using Scailfin.Testing.Reana;

namespace Scailfin.JobController.Tests.Reana;

/// <summary>What REANA's client refuses (contract B.2): the client of the tests is worth as much as that.</summary>
public sealed class ReanaClientTests
{
    private const string Job = """
        "cmd":"c","docker_img":"i","job_id":"j","max_restart_count":3,"restart_count":0
        """;

    [Theory]
    [InlineData("get_job", 200, "application/json", "{" + Job + ",\"status\":\"running\"}")]
    [InlineData("get_job", 200, "application/json; charset=utf-8", "{" + Job + ",\"status\":\"running\",\"cvmfs_mounts\":\"\"}")]
    [InlineData("create_job", 201, "application/json", "{\"job_id\":\"j\",\"more\":1}")]
    [InlineData("get_logs", 200, "text/html", "a log")]
    [InlineData("delete_job", 204, "application/json", "")]
    public void An_answer_of_the_document_is_taken(string operation, int status, string type, string text) =>
        ReanaApi.Operations[operation].Validate(new ReanaAnswer((HttpStatusCode)status, type, text));

    [Theory]
    [InlineData("get_job", 200, "{" + Job + "}", "get_job: 200 has no status")]
    [InlineData("get_job", 200, "{" + Job + ",\"status\":\"running\",\"extra\":1}", "get_job: 200 has the unexpected extra")]
    [InlineData("get_job", 200, "{" + Job + ",\"status\":null}", "get_job: 200.status is not of type string: null")]
    [InlineData("create_job", 201, "{\"job_id\":7}", "create_job: 201.job_id is not of type string: 7")]
    [InlineData("create_job", 403, "{\"message\":{}}", "create_job: 403.message is not of type string: {}")]
    [InlineData("get_jobs", 200, "{\"jobs\":[]}", "get_jobs: 200 is not of type array: {\"jobs\":[]}")]
    public void An_answer_of_another_form_is_refused(string operation, int status, string text, string problem) => Assert.Equal(
        problem,
        Assert.Throws<ReanaValidationException>(() => ReanaApi.Operations[operation].Validate(
            new ReanaAnswer((HttpStatusCode)status, "application/json", text))).Message);

    [Theory]
    [InlineData("create_job", 200)]
    [InlineData("create_job", 400)]
    [InlineData("create_job", 500)]
    [InlineData("get_job", 400)]
    [InlineData("get_job", 404)]
    [InlineData("get_job", 503)]
    [InlineData("delete_job", 502)]
    public void An_answer_with_another_status_than_the_documents_success_is_an_error(string operation, int status) =>
        Assert.Equal(status, (int)Assert.Throws<ReanaHttpException>(() => ReanaApi.Operations[operation].Validate(
            new ReanaAnswer((HttpStatusCode)status, "application/json", "{\"job_id\":\"j\",\"message\":\"m\"}"))).Answer.Status);

    [Theory]
    [InlineData("{\"docker_img\":\"i\",\"job_name\":\"n\",\"workflow_uuid\":\"u\"}", "create_job.job has no workflow_workspace")]
    [InlineData(
        "{\"docker_img\":\"i\",\"job_name\":\"n\",\"workflow_uuid\":\"u\",\"workflow_workspace\":\"/w\",\"new\":1}",
        "create_job.job has the unexpected new")]
    public void A_request_that_the_document_does_not_have_is_not_sent(string body, string problem) => Assert.Equal(
        problem,
        Assert.Throws<ReanaValidationException>(() => ReanaApi.Operations["create_job"].Request(
            new Uri("http://0.0.0.0:5000"),
            new Dictionary<string, object> { ["job"] = JsonDocument.Parse(body).RootElement })).Message);

    [Fact]
    public void The_paths_and_arguments_of_requests_are_the_documents() => Assert.Equal(
        "DELETE http://h:5000/jobs/a%20b/?compute_backend=kubernetes",
        Shown(ReanaApi.Operations["delete_job"].Request(
            new Uri("http://h:5000"),
            new Dictionary<string, object> { ["job_id"] = "a b", ["compute_backend"] = "kubernetes" })));

    private static string Shown(HttpRequestMessage request) => $"{request.Method} {request.RequestUri!.AbsoluteUri}";
}
