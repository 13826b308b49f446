using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>What is well formed and still refused: 422 with a cause for each fault.</summary>
internal static partial class ObjectValidation
{
    public static void Check(ResourceType type, JsonObject content)
    {
        var causes = new ValidationCauses();
        CheckName(content["metadata"], causes);
        if (type == ResourceType.Jobs)
            JobValidation.Check(content, causes);
        if (causes.Any)
            throw new ApiFailureException(causes.Failure(type, content["metadata"].Text("name") ?? ""));
    }

    private static void CheckName(JsonNode? metadata, ValidationCauses causes)
    {
        string? name = metadata.Text("name");
        if (name is null)
            causes.Required("metadata.name", "name or generateName is required");
        else if (!Subdomain().IsMatch(name))
        {
            causes.Invalid("metadata.name", $"\"{name}\"",
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
                    + "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
                    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
        }
    }

    [GeneratedRegex(
        @"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Subdomain();
}
