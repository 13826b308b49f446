using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>From the body of a DELETE, or its query.</summary>
internal sealed record DeleteOptions(string? Propagation = null)
{
    public bool? OrphanDependents { get; init; }
    public long? GraceSeconds { get; init; }
    public bool IsDryRun { get; init; }
    public string? Uid { get; init; }
    public string? Version { get; init; }

    public bool IsForeground => Propagation == "Foreground";

    /// <summary>The default of batch/v1 Jobs as well.</summary>
    public bool IsOrphan => Propagation is null ? OrphanDependents ?? true : Propagation == "Orphan";

    public static DeleteOptions Read(ApiRequest request, byte[] body)
    {
        JsonNode? json = Parse(body);
        IReadOnlyDictionary<string, string> query = request.Query;
        return new DeleteOptions(json.Text("propagationPolicy") ?? query.GetValueOrDefault("propagationPolicy"))
        {
            OrphanDependents = (json as JsonObject)?["orphanDependents"]?.GetValue<bool>(),
            GraceSeconds = json.Number("gracePeriodSeconds")
                ?? (query.TryGetValue("gracePeriodSeconds", out string? grace) ? long.Parse(grace, CultureInfo.InvariantCulture) : null),
            IsDryRun = query.GetValueOrDefault("dryRun") == "All" || (json as JsonObject)?["dryRun"] is JsonArray { Count: > 0 },
            Uid = json.Object("preconditions").Text("uid"),
            Version = json.Object("preconditions").Text("resourceVersion"),
        };
    }

    /// <summary>The preconditions.</summary>
    public void Check(StoredObject found)
    {
        if (Uid is not null && Uid != found.Uid)
            throw Conflict(found, $"Precondition failed: UID in precondition: {Uid}, UID in object meta: {found.Uid}");
        if (Version is not null && Version != found.Metadata.Text("resourceVersion"))
            throw Conflict(
                found, $"Precondition failed: ResourceVersion in precondition: {Version}, ResourceVersion in object meta: {found.Version}");
    }

    private static ApiFailureException Conflict(StoredObject found, string why) => new(ApiFailure.Conflict(found.Type, found.Name, why));

    private static JsonNode? Parse(byte[] body)
    {
        try
        {
            return body.Length == 0 ? null : JsonNode.Parse(body);
        }
        catch (JsonException malformed)
        {
            throw new ApiFailureException(ApiFailure.BadRequest(malformed.Message));
        }
    }
}
