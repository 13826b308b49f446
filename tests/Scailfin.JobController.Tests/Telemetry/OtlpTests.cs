using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using OpenTelemetry.Metrics;
using Scailfin.JobController.Telemetry;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Telemetry;

/// <summary>What a collector receives over OTLP.</summary>
public sealed class OtlpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Traces_and_metrics_go_to_the_endpoint_and_a_trace_continues_that_of_the_request()
    {
        var received = new ConcurrentQueue<(string Path, string Body)>();
        await using WebApplication collector = await CollectorAsync(received);
        var variables = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.First(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_SERVICE_NAME"] = "night-watch",
        };
        await using Edge edge = await Edge.StartAsync(settings => settings with { Telemetry = new TelemetrySettings(variables) });
        byte[] trace = Guid.NewGuid().ToByteArray();
        await SubmitAsync(edge, $"00-{Convert.ToHexStringLower(trace)}-00f067aa0ba902b7-01");
        string id = Text(trace);
        await ReceivedAsync("/v1/metrics", "scailfin.backend.up");
        await ReceivedAsync("/v1/metrics", "http.server.request.duration");
        await ReceivedAsync("/v1/metrics", "dotnet.process.cpu.time");
        await ReceivedAsync("/v1/traces", "POST /jobs", id);
        await ReceivedAsync("/v1/traces", "job submit", id);
        await ReceivedAsync("/v1/traces", "store commit wait", id);
        await ReceivedAsync("/v1/traces", "backend submit", id);
        Assert.All(received, post => Assert.Contains("night-watch", post.Body, StringComparison.Ordinal));

        Task ReceivedAsync(string path, params string[] texts) => Eventually.TrueAsync(
            () => received.Any(post => post.Path == path && texts.All(text => post.Body.Contains(text, StringComparison.Ordinal))),
            $"{texts[0]} at {path}");
    }

    [Fact]
    public async Task Without_an_endpoint_the_sdk_is_not_even_there()
    {
        await using Edge edge = await Edge.StartAsync();
        Assert.Throws<InvalidOperationException>(edge.Service<MeterProvider>);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("false", true)]
    [InlineData("true", false)]
    public void An_endpoint_switches_the_export_on_unless_the_sdk_is_disabled(string? disabled, bool exported)
    {
        var variables = new Dictionary<string, string?>();
        if (disabled is not null)
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4317";
            variables["OTEL_SDK_DISABLED"] = disabled;
        }

        Assert.Equal(exported, new TelemetrySettings(variables).IsExported);
    }

    /// <summary>By a client that says what it is told: the SDK of this process instruments all others.</summary>
    private static async Task SubmitAsync(Edge edge, string traceParent)
    {
        using var client =
            new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { Timeout = TimeSpan.FromMinutes(5) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(edge.Http.BaseAddress!, "jobs"));
        request.Headers.Authorization = edge.Http.DefaultRequestHeaders.Authorization;
        request.Headers.Add("traceparent", traceParent);
        request.Content = new StringContent(edge.Request(), System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    private static async Task<WebApplication> CollectorAsync(ConcurrentQueue<(string Path, string Body)> received)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(async context =>
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, Cancellation);
            received.Enqueue((context.Request.Path, Text(body.ToArray())));
            context.Response.ContentType = "application/x-protobuf";
        });
        await app.StartAsync(Cancellation);
        return app;
    }

    /// <summary>A character for each byte: names and ids stand in protobuf as they are.</summary>
    private static string Text(byte[] bytes) => System.Text.Encoding.Latin1.GetString(bytes);
}
