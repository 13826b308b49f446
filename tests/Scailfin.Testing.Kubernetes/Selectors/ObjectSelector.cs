using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Selectors;

/// <summary>What a list or a watch is about.</summary>
internal sealed record ObjectSelector(string? Namespace, string? Name, LabelSelector Labels, FieldSelector Fields)
{
    public bool IsEmpty => Labels.IsEmpty && Fields.IsEmpty;

    public static ObjectSelector Of(ApiRequest request)
    {
        try
        {
            return new ObjectSelector(
                request.Namespace,
                request.Name,
                LabelSelector.Parse(request.Query.GetValueOrDefault("labelSelector")),
                FieldSelector.Parse(request.Query.GetValueOrDefault("fieldSelector")));
        }
        catch (FormatException malformed)
        {
            throw new ApiFailureException(ApiFailure.BadRequest(malformed.Message));
        }
    }

    public bool Matches(StoredObject subject) =>
        (Namespace is null || subject.Namespace == Namespace)
        && (Name is null || subject.Name == Name)
        && (Labels.IsEmpty || Labels.Matches(subject.Labels))
        && (Fields.IsEmpty || Fields.Matches(subject));
}
