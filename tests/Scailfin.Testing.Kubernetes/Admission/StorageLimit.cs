using System.Text;
using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>
/// etcd takes 1.5 MiB. A Pod above it is refused in etcd's words; a Job in words about labels that nobody sent, because the API server
/// repeats the refused create with an object that it has changed already.
/// </summary>
internal static class StorageLimit
{
    private const int Bytes = 3 * 512 * 1024;

    public static void Check(ResourceType type, JsonObject content, int bodyBytes)
    {
        if (bodyBytes < Bytes)
            return;
        if (type != ResourceType.Jobs)
            throw new ApiFailureException(new ApiFailure(500, "", "etcdserver: request is too large"));
        string other = Guid.NewGuid().ToString();
        string labels = Encoding.UTF8.GetString(WireJson.Bytes(content["spec"]!["template"]!["metadata"]!["labels"]));
        string selector = Encoding.UTF8.GetString(WireJson.Bytes(content["spec"]!["selector"]));
        var causes = new ValidationCauses();
        causes.Invalid("spec.template.metadata.labels[controller-uid]", labels, $"must be '{other}'");
        causes.Invalid("spec.template.metadata.labels[batch.kubernetes.io/controller-uid]", labels, $"must be '{other}'");
        causes.Invalid("spec.selector", selector, "`selector` not auto-generated");
        throw new ApiFailureException(causes.Failure(type, content["metadata"].Text("name")!));
    }
}
