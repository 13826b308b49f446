using System.Text.Json.Nodes;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>What a body holds that the server knows, in the server's order.</summary>
/// <remarks><c>Content</c>: Without kind and apiVersion.</remarks>
internal sealed record DecodedObject(JsonObject Content, IReadOnlyList<string> Warnings);
