using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;
using Scailfin.Testing.Kubernetes.Selectors;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>LIST: pages, versions and their refusals.</summary>
internal sealed class ListAnswer(ObjectStore store, TimeProvider time)
{
    private static readonly TimeSpan FutureWait = TimeSpan.FromSeconds(3);

    public async Task<ApiAnswer> MakeAsync(ApiRequest request, CancellationToken cancellation)
    {
        ObjectSelector selector = ObjectSelector.Of(request);
        string asked = request.Query.GetValueOrDefault("resourceVersion") ?? "";
        long version = VersionOf(asked);
        string match = request.Query.GetValueOrDefault("resourceVersionMatch") ?? "";
        if (match.Length > 0 && asked.Length == 0)
            throw new ApiFailureException(Invalid(
                "resourceVersionMatch",
                "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
                "FieldValueForbidden"));
        if (match == "Exact" && store.IsForgotten(request.Type, version))
            throw new ApiFailureException(new ApiFailure(410, "Expired", "The resourceVersion for the provided list is too old."));
        if (match != "Exact" && version > store.Version)
            await RefuseTheFutureAsync(version, cancellation);

        (long current, _, StoredObject[] all) = store.Snapshot(request.Type, request.Namespace);
        StoredObject[] matching = [.. all.Where(selector.Matches)];
        string after = "";
        if (request.Query.GetValueOrDefault("continue") is { Length: > 0 } token)
            (after, current) = Resume(request.Type, token, current);
        StoredObject[] rest = [.. matching.Where(item => string.CompareOrdinal(item.Name, after) > 0)];
        int limit = asked == "0" ? 0
            : int.TryParse(request.Query.GetValueOrDefault("limit"), CultureInfo.InvariantCulture, out int wanted) ? wanted
            : 0;
        StoredObject[] page = limit > 0 && rest.Length > limit ? rest[..limit] : rest;

        var metadata = new JsonObject { ["resourceVersion"] = current.ToString(CultureInfo.InvariantCulture) };
        if (page.Length < rest.Length)
        {
            metadata["continue"] = TokenOf(current, page[^1].Name);
            if (selector.IsEmpty)
                metadata["remainingItemCount"] = rest.Length - page.Length;
        }
        return new ApiAnswer(200, Body(request.Type, metadata, page));
    }

    private static long VersionOf(string asked)
    {
        if (asked.Length == 0)
            return 0;
        return long.TryParse(asked, CultureInfo.InvariantCulture, out long version)
            ? version
            : throw new ApiFailureException(new ApiFailure(
                500, "", $"resourceVersion: Invalid value: \"{asked}\": strconv.ParseUint: parsing \"{asked}\": invalid syntax"));
    }

    private async Task RefuseTheFutureAsync(long version, CancellationToken cancellation)
    {
        await Task.Delay(FutureWait, time, cancellation);
        throw new ApiFailureException(new ApiFailure(
            504,
            "Timeout",
            $"Timeout: Too large resource version: {version}, current: {store.Version}",
            new JsonObject
            {
                ["causes"] =
                    new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
                ["retryAfterSeconds"] = 1,
            })
        { RetryAfterSeconds = 1 });
    }

    private (string After, long Version) Resume(ResourceType type, string token, long current)
    {
        if (Read(token) is not ({ } after, var version))
            throw new ApiFailureException(ApiFailure.BadRequest(
                "invalid continue token: continue key is not valid: invalid character '\\x81' looking for beginning of value"));
        if (version > 0 && store.IsForgotten(type, version))
        {
            throw new ApiFailureException(new ApiFailure(410, "Expired",
                "The provided continue parameter is too old to display a consistent list result. You can start a new list without the "
                    + "continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing "
                    + "with the provided token results in an inconsistent list - objects that were created, modified, or deleted between "
                    + "the time the first chunk was returned and now may show up in the list.")
            { Continue = TokenOf(-1, after) });
        }
        return (after, version > 0 ? version : current);
    }

    private static string TokenOf(long version, string after) =>
        Convert.ToBase64String(WireJson.Bytes(
            new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = version, ["start"] = $"{(version > 0 ? "/" : "")}{after}\0" }))
            .TrimEnd('=')
            .Replace('+', '-')
            .Replace('/', '_');

    private static (string After, long Version)? Read(string token)
    {
        try
        {
            string text = token.Replace('-', '+').Replace('_', '/');
            byte[] json = Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
            JsonNode? read = JsonNode.Parse(json);
            return read.Text("start") is { } start && read.Number("rv") is { } version
                ? (start.TrimEnd('\0').TrimStart('/'), version)
                : null;
        }
        catch (Exception malformed) when (malformed is FormatException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static ApiFailure Invalid(string field, string message, string reason) => new(
        422,
        "Invalid",
        $"ListOptions.meta.k8s.io \"\" is invalid: {field}: {message}",
        new JsonObject
        {
            ["group"] = "meta.k8s.io",
            ["kind"] = "ListOptions",
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = reason, ["message"] = message, ["field"] = field }),
        });

    internal static byte[] Body(ResourceType type, JsonObject metadata, IEnumerable<StoredObject> items)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        body.Write(Encoding.UTF8.GetBytes($"{{\"kind\":\"{type.ListKind}\",\"apiVersion\":\"{type.ApiVersion}\",\"metadata\":"));
        body.Write(WireJson.Bytes(metadata));
        body.Write(",\"items\":["u8);
        bool first = true;
        foreach (StoredObject item in items)
        {
            if (!first)
                body.Write(","u8);
            first = false;
            body.Write(item.ListedBytes);
        }
        body.Write("]}\n"u8);
        return body.WrittenSpan.ToArray();
    }
}
