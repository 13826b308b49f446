namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>The classes of API answers other than success.</summary>
internal enum RefusalClass
{
    /// <summary>The request is wrong, and stays wrong.</summary>
    Refused,

    /// <summary>The service account has no right to do this (RBAC, admission, a namespace that is being deleted).</summary>
    Forbidden,

    /// <summary>A ResourceQuota of the namespace is used up: the same request succeeds when other jobs have ended.</summary>
    QuotaExceeded,

    /// <summary>An object of that name exists: this service's, from a request whose answer was lost, or another client's.</summary>
    AlreadyExists,

    /// <summary>The object does not exist.</summary>
    NotFound,

    /// <summary>Another request came in between, often at the ResourceQuota. Nothing was done: try again soon.</summary>
    Conflict,

    /// <summary>The requested version is too old: list again.</summary>
    Expired,

    /// <summary>The credentials are not, or no longer, valid.</summary>
    Unauthorized,

    /// <summary>Flow control: nothing was done.</summary>
    Throttled,

    /// <summary>The API server has trouble, or something else answered in its place: the request may have been carried out.</summary>
    Unavailable,
}

/// <summary>
/// Classifies refusals by Kubernetes' own word (<c>reason</c>,
/// https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go). The number decides only
/// if there is no reason: flow control, proxies.
/// </summary>
internal static class RefusalClasses
{
    public static RefusalClass Of(int code, string reason, string message) => reason switch
    {
        "Unauthorized" => RefusalClass.Unauthorized,
        "Forbidden" => OfForbidden(ErrorChain.Of(message)),
        "NotFound" => RefusalClass.NotFound,
        "AlreadyExists" => RefusalClass.AlreadyExists,
        "Conflict" => RefusalClass.Conflict,
        "Expired" or "Gone" => RefusalClass.Expired,
        "TooManyRequests" => RefusalClass.Throttled,
        "ServerTimeout" or "Timeout" or "InternalError" or "ServiceUnavailable" or "StoreReadError" => RefusalClass.Unavailable,
        "" => OfNumber(code),
        _ => code >= 500 ? RefusalClass.Unavailable : RefusalClass.Refused,
    };

    /// <summary>
    /// Rights and quotas share the word <c>Forbidden</c>. What a quota says stands right behind "RESOURCE is forbidden"
    /// (https://github.com/kubernetes/apiserver/blob/master/pkg/admission/plugin/resourcequota/controller.go).
    /// </summary>
    private static RefusalClass OfForbidden(IReadOnlyList<string> chain) =>
        chain is [var subject, var cause, ..] && subject.EndsWith(" is forbidden", StringComparison.Ordinal)
            ? cause switch
            {
                "exceeded quota" => RefusalClass.QuotaExceeded,
                "status unknown for quota" => RefusalClass.Conflict,
                _ => RefusalClass.Forbidden,
            }
            : RefusalClass.Forbidden;

    /// <summary>An answer without a Status. A 403 or 404 of this kind is a proxy's, and says nothing about rights or objects.</summary>
    private static RefusalClass OfNumber(int code) => code switch
    {
        401 => RefusalClass.Unauthorized,
        429 => RefusalClass.Throttled,
        400 or 405 or 406 or 413 or 414 or 415 or 422 or 431 => RefusalClass.Refused,
        _ => RefusalClass.Unavailable,
    };
}
