using Scailfin.Testing.Kubernetes.Access;
using Scailfin.Testing.Kubernetes.Faults;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>What the front door passes requests on to.</summary>
internal sealed record ApiServerParts(
    ApiServerOptions Options,
    TimeProvider Time,
    AccessRules Access,
    ApiFaults Faults,
    RequestLog Requests,
    ResourceAnswers Resources,
    NamespaceAnswers Namespaces,
    LogAnswers Logs,
    Func<ApiRequest, WatchWire, WatchStream> Watches,
    Action<Exception> Bug,
    CancellationToken Stopping);
