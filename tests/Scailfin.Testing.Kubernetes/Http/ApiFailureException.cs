namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>Ends a request with that answer, from wherever it was found out.</summary>
internal sealed class ApiFailureException(ApiFailure failure) : Exception(failure.Message)
{
    public ApiFailure Failure { get; } = failure;
}
