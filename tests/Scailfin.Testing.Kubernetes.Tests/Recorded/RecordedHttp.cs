using System.Text;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Recordings;

namespace Scailfin.Testing.Kubernetes.Tests.Recorded;

/// <summary>One recorded request and its answer.</summary>
internal sealed class RecordedHttp
{
    private readonly JsonNode _request;

    public RecordedHttp(string folder, string name)
    {
        JsonNode json = JsonNode.Parse(Recording.Text(folder, name))!;
        _request = json["request"]!;
        Answer = json["response"]!;
    }

    public JsonNode Answer { get; }
    public int Status => Answer["status"]!.GetValue<int>();
    public string Path => _request["path"]!.GetValue<string>();
    public JsonNode? Body => _request["body"];

    public IReadOnlyList<string> HeadersOf(string name) =>
        [.. Answer["headers"]!
            .AsArray()
            .Where(header => header![0]!.GetValue<string>().Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(header => header![1]!.GetValue<string>())];

    public bool IsCompact => Answer["bodyIsCompactJsonPlusNewline"]?.GetValue<bool>() == true;

    /// <summary>The request, with tokens of this server in place of the recorded ones.</summary>
    public HttpRequestMessage ToRequest(Func<string, string> tokenOf, string administrator)
    {
        var request = new HttpRequestMessage(new HttpMethod(_request["method"]!.GetValue<string>()), Path);
        string contentType = "application/json";
        string? authorization =
            _request["credentials"]?.GetValue<string>().StartsWith("client certificate", StringComparison.Ordinal) == true
                ? $"Bearer {administrator}"
                : null;
        foreach ((string name, JsonNode? value) in _request["headers"]!.AsObject())
        {
            if (name == "Content-Type")
                contentType = value!.GetValue<string>();
            else if (name == "Authorization")
                authorization = $"Bearer {tokenOf(value!.GetValue<string>())}";
            else
                request.Headers.TryAddWithoutValidation(name, value!.GetValue<string>());
        }
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        request.Headers.TryAddWithoutValidation("User-Agent", "recorder");
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(BodyBytes());
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
        return request;
    }

    /// <summary>Bodies that were too large to keep are described in words.</summary>
    private byte[] BodyBytes()
    {
        string text = Body is JsonValue value && value.TryGetValue(out string? recorded) ? recorded : Body!.ToJsonString();
        return Encoding.UTF8.GetBytes(text switch
        {
            "(a Job whose args[0] is 3 MiB + 10 bytes)" => LargeJob(3 * 1024 * 1024 + 10),
            "(a Job whose args[0] is 2 MiB)" => LargeJob(2 * 1024 * 1024),
            "(a Pod whose args[0] has 2,000,000 bytes)" => LargePod(2_000_000),
            _ => text,
        });
    }

    private static string LargeJob(int bytes)
    {
        JsonNode job = new RecordedHttp("http", "create-job-201.json").Body!.DeepClone();
        job["metadata"]!["name"] = "reana-run-job-0a1b2c3d-4e5f-4a6b-8c7d-000000000023";
        job["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]![0] = new string('x', bytes);
        return job.ToJsonString();
    }

    private static string LargePod(int bytes) => new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = "large" },
        ["spec"] = new JsonObject
        {
            ["containers"] = new JsonArray(
                new JsonObject { ["name"] = "job", ["image"] = "busybash:1", ["args"] = new JsonArray(new string('x', bytes)) }),
        },
    }.ToJsonString();
}
