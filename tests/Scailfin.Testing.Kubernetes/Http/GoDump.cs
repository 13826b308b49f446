using System.Text;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>A value as messages about immutable fields show it. The real server dumps its internal struct; here it is the JSON.</summary>
internal static class GoDump
{
    public static string Of(JsonNode value) => Encoding.UTF8.GetString(WireJson.Bytes(value));
}
