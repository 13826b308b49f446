using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Access;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Recordings;

namespace Scailfin.Testing.Kubernetes.Tests.Recorded;

/// <summary>
/// Each recorded request is sent to the stand-in, and the answer compared with the recorded one: status, reason phrase, headers, body.
/// Not compared: Audit-Id, Date and the uids in X-Kubernetes-Pf-*; that of an <c>uid 4</c> it is the fourth and not which; what
/// <see cref="Normalised"/> names; the value dump in the message of a changed template (Go's internal struct).
/// </summary>
public sealed class RecordedHttpTests
{
    private static readonly string[] Compared = ["Content-Type", "Cache-Control", "Warning", "Retry-After", "X-Content-Type-Options"];

    public static TheoryData<string> Exchanges => [.. Recording.Names("http").Where(name => name != "list-gzip.json")];

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task A_recorded_request_is_answered_as_recorded(string name)
    {
        var recorded = new RecordedHttp("http", name);
        bool isHttp2 = recorded.Answer["httpVersion"]!.GetValue<string>() == "HTTP/2";
        await using KubernetesApiServer server = await StartAsync(name, isHttp2);
        using var handler = new SocketsHttpHandler();
        if (server.CertificateAuthority is { } authority)
        {
            handler.SslOptions.CertificateChainPolicy =
                new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(authority));
        }
        using var http = new HttpClient(handler) { BaseAddress = server.Url, Timeout = TimeSpan.FromMinutes(5) };
        await PrepareAsync(server, http, name);

        using HttpRequestMessage request = recorded.ToRequest(token => TokenOf(server, token), server.Token);
        if (isHttp2)
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        if (name == "pretty-curl.json")
        {
            request.Headers.Remove("User-Agent");
            request.Headers.TryAddWithoutValidation("User-Agent", "curl/8.14.1");
        }
        using HttpResponseMessage response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Null(server.Failure);
        Assert.True(recorded.Status == (int)response.StatusCode, body);
        if (!isHttp2)
            Assert.Equal(recorded.Answer["reason"]!.GetValue<string>(), response.ReasonPhrase);
        foreach (string header in Compared)
            Assert.Equal((header, string.Join('\n', recorded.HeadersOf(header))), (header, string.Join('\n', Values(response, header))));
        foreach (string header in (string[])["Audit-Id", "Date", "X-Kubernetes-Pf-Flowschema-Uid"])
            Assert.Equal((header, recorded.HeadersOf(header).Count), (header, Values(response, header).Count));
        // What is small has a length, what is large comes in chunks; the recorded body may be larger by its managedFields.
        Assert.Equal(Encoding.UTF8.GetByteCount(body) <= 2048, Values(response, "Content-Length").Count == 1);
        CompareBodies(recorded, name, body);
    }

    private static void CompareBodies(RecordedHttp recorded, string name, string body)
    {
        if (recorded.Answer["bodyText"] is { } text)
        {
            Assert.Equal(text.GetValue<string>(), body);
            return;
        }
        JsonNode expected = recorded.Answer["body"]!, actual = JsonNode.Parse(body)!;
        if (name == "patch-job-422-immutable.json")
            (expected, actual) = (WithoutDump(expected), WithoutDump(actual));
        Assert.Equal(Normalised.Json(expected), Normalised.Json(actual));
        Assert.Equal(recorded.IsCompact, body.EndsWith('\n') && !body[..^1].Contains('\n'));
    }

    private static JsonNode WithoutDump(JsonNode status)
    {
        JsonNode copy = status.DeepClone();
        foreach (JsonNode holder in (JsonNode[])[copy, copy["details"]!["causes"]![0]!])
        {
            string message = holder["message"]!.GetValue<string>();
            holder["message"] = message[..message.IndexOf('{')] + message[(message.LastIndexOf('}') + 1)..];
        }
        return copy;
    }

    private static Task<KubernetesApiServer> StartAsync(string name, bool https) => KubernetesApiServer.StartAsync(new ApiServerOptions
    {
        Namespaces = ["rec"],
        Https = https,
        Life = name == "get-job-200.json" ? PodLife.Unschedulable() : PodLife.Succeeds("hello\n"),
    });

    /// <summary>What was there when the request was recorded.</summary>
    private static async Task PrepareAsync(KubernetesApiServer server, HttpClient http, string name)
    {
        server.Namespaces.LimitJobs("rec-quota2", "few-jobs", 0);
        server.Namespaces.Terminate("rec-going");
        switch (name)
        {
            case "create-job-429.json" or "watch-429.json":
                server.Faults.Throttle(_ => true);
                break;
            case "create-job-409.json" or "get-job-200.json" or "put-job-409-conflict.json" or "patch-job-422-immutable.json"
                or "delete-job-200.json" or "get-job-finished-200.json" or "list-pods-of-job-200.json":
                await PostAsync(http, server, new RecordedHttp("http", "create-job-201.json").Body!);
                break;
            case "delete-collection-200.json":
                foreach (JsonNode? item in new RecordedHttp("http", name).Answer["body"]!["items"]!.AsArray())
                    await PostAsync(http, server, AsSent(item!));
                break;
        }
        await server.SettledAsync();
    }

    /// <summary>The stored Job without what the server added.</summary>
    private static JsonObject AsSent(JsonNode stored)
    {
        JsonNode spec = stored["spec"]!.DeepClone();
        spec.AsObject().Remove("selector");
        JsonObject labels = spec["template"]!["metadata"]!["labels"]!.AsObject();
        foreach (string added in labels.Select(label => label.Key)
            .Where(key => key.EndsWith("controller-uid", StringComparison.Ordinal) || key.EndsWith("job-name", StringComparison.Ordinal))
            .ToList())
            labels.Remove(added);
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = stored["metadata"]!["name"]!.DeepClone(),
                ["labels"] = stored["metadata"]!["labels"]!.DeepClone(),
            },
            ["spec"] = spec,
        };
    }

    private static async Task PostAsync(HttpClient http, KubernetesApiServer server, JsonNode job)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/apis/batch/v1/namespaces/rec/jobs");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {server.Token}");
        request.Content = new StringContent(job.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static string TokenOf(KubernetesApiServer server, string recorded) => recorded switch
    {
        "Bearer <token of system:serviceaccount:rec:nobody>" => server.Access.Grant("rec", "nobody", Role.Nothing),
        "Bearer <token of system:serviceaccount:rec:jobs>" => server.Access.Grant("rec", "jobs", null),
        _ => "not-a-token",
    };

    private static List<string> Values(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out IEnumerable<string>? values) || response.Content.Headers.TryGetValues(header, out values)
            ? header is "Cache-Control"
                ? [response.Headers.CacheControl!.ToString() is "no-cache, private" or "private, no-cache" ? "no-cache, private" : "?"]
                : [.. values]
            : [];
}
