using Microsoft.AspNetCore.Http;
using Scailfin.Testing.Kubernetes.Admission;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>Get, list, create, change and delete.</summary>
internal sealed class ResourceAnswers(
    ObjectStore store, ListAnswer lists, ObjectCreation creation, ObjectUpdate updates, ObjectDeletion deletion, PodEviction eviction)
{
    public async Task<ApiAnswer> AnswerAsync(ApiRequest request, HttpRequest http)
    {
        if (request.Verb == "list")
            return await lists.MakeAsync(request, http.HttpContext.RequestAborted);
        if (request.Verb == "get")
            return Get(request);
        byte[] body = await RequestBody.ReadAsync(http);
        return (request.Verb, request.Subresource) switch
        {
            ("create", null) => creation.Create(request, body),
            ("create", "eviction") when request.Type == ResourceType.Pods => eviction.Evict(request),
            ("update", null or "status") => updates.Put(request, body),
            ("patch", null or "status") => updates.Patch(request, body, http.ContentType ?? ""),
            ("delete", null) => deletion.Delete(request, body),
            ("deletecollection", null) => deletion.DeleteCollection(request, body),
            _ => throw new ApiFailureException(
                new ApiFailure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", [])),
        };
    }

    private ApiAnswer Get(ApiRequest request) =>
        request.Subresource is null or "status" && store.Find(request.Type, request.Namespace ?? "", request.Name!) is { } found
            ? ApiAnswer.Of(200, found)
            : throw new ApiFailureException(ApiFailure.NotFound(request.Type, request.Name!));
}
