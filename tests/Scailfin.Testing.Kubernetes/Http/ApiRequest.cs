using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>What a request asks for, read from its path as the API server reads it.</summary>
/// <remarks><c>Namespace</c>: Null: all namespaces.</remarks>
public sealed record ApiRequest(
    string Method, ResourceType Type, string? Namespace, string? Name, string? Subresource, IReadOnlyDictionary<string, string> Query)
{
    /// <summary>The verb that a Role has to grant: get, list, watch, create, update, patch, delete, deletecollection.</summary>
    public string Verb => Method switch
    {
        "GET" when Name is not null => "get",
        "GET" => IsWatch ? "watch" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => Name is null ? "deletecollection" : "delete",
        _ => Method.ToLowerInvariant(),
    };

    /// <summary>What is to be created, as it came; empty for other requests.</summary>
    public string Body { get; init; } = "";

    /// <summary>When it came: a timestamp of <see cref="TimeProvider.System"/>.</summary>
    public long Arrived { get; } = TimeProvider.System.GetTimestamp();

    public bool IsWatch => Query.GetValueOrDefault("watch") is "true" or "1";

    /// <summary>As a Role names it: <c>pods</c>, <c>pods/log</c>.</summary>
    public string Resource => Subresource is null ? Type.Plural : $"{Type.Plural}/{Subresource}";

    internal static ApiRequest? Parse(HttpRequest request)
    {
        string[] parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        (string group, string version, int at) = parts switch
        {
            ["api", var core, ..] => ("", core, 2),
            ["apis", var named, var versioned, ..] => (named, versioned, 3),
            _ => ("", "", 0),
        };
        if (at == 0)
            return null;
        string? @namespace = null;
        if (parts.Length > at + 2 && parts[at] == "namespaces")
        {
            @namespace = parts[at + 1];
            at += 2;
        }
        if (parts.Length <= at || parts.Length > at + 3)
            return null;
        if (ResourceType.All
            .FirstOrDefault(type => type.Group == group && type.Version == version && type.Plural == parts[at]) is not { } found)
            return null;
        var query = new Dictionary<string, string>();
        foreach ((string key, StringValues value) in QueryHelpers.ParseQuery(request.QueryString.Value))
            query[key] = value[^1] ?? "";
        return new ApiRequest(request.Method, found, @namespace, parts.ElementAtOrDefault(at + 1), parts.ElementAtOrDefault(at + 2), query);
    }
}
