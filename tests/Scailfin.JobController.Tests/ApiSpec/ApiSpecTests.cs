using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.JobController.Tests.Jobs;

namespace Scailfin.JobController.Tests.ApiSpec;

/// <summary>The document says what is there, and nothing else.</summary>
public sealed partial class ApiSpecTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    [Fact]
    public async Task Every_mapped_route_is_in_the_document_and_every_documented_one_is_mapped()
    {
        JsonElement paths = (await fixture.Edge.GetAsync("/apispec")).Json.GetProperty("paths");
        HashSet<string> documented = [.. paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Where(method => method.Name != "parameters").Select(method => $"{method.Name.ToUpperInvariant()} {Placeless(path.Name)}"))];
        HashSet<string> mapped = [.. fixture.Edge.Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
            endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method =>
                $"{method} {Placeless(endpoint.RoutePattern.RawText!)}"))];
        mapped.Add("DELETE /jobs/{}/");
        Assert.Equal(mapped.Order(), documented.Order());
    }

    [Fact]
    public async Task Every_field_of_a_request_is_in_the_document()
    {
        JsonElement schemas = (await fixture.Edge.GetAsync("/apispec")).Json.GetProperty("components").GetProperty("schemas");
        Assert.Equal(
            RequestFields.All.Known.Keys.Order(),
            schemas.GetProperty("JobRequest").GetProperty("properties").EnumerateObject().Select(field => field.Name).Order());
        Assert.Equal(7, schemas.GetProperty("Job").GetProperty("required").GetArrayLength());
    }

    [Fact]
    public async Task References_lead_somewhere()
    {
        Answer answer = await fixture.Edge.GetAsync("/apispec");
        JsonElement schemas = answer.Json.GetProperty("components").GetProperty("schemas");
        foreach (Match match in Reference.Matches(answer.Text))
            Assert.True(schemas.TryGetProperty(match.Groups["name"].Value, out _), match.Value);
    }

    [Fact]
    public async Task The_document_has_the_form_of_every_answer_and_the_version_of_the_program()
    {
        Answer answer = await fixture.Edge.GetAsync("/apispec");
        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        AssertSorted(answer.Json);
        Assert.DoesNotContain('\n', answer.Text[..^1]);
        Assert.Equal(
            typeof(JobRequestFields).Assembly.GetName().Version!.ToString(3),
            answer.Json.GetProperty("info").GetProperty("version").GetString());
    }

    private static void AssertSorted(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement member in value.EnumerateArray())
                AssertSorted(member);
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            Assert.Equal(
                value.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal),
                value.EnumerateObject().Select(member => member.Name));
            foreach (JsonProperty member in value.EnumerateObject())
                AssertSorted(member.Value);
        }
    }

    private static string Placeless(string path) => Parameter.Replace(path, "{}");

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter { get; }

    [GeneratedRegex("#/components/schemas/(?<name>[A-Za-z]+)", RegexOptions.None, 1000)]
    private static partial Regex Reference { get; }
}
