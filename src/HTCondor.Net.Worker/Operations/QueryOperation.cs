using System.Globalization;
using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Operations;

/// <summary>The queue's ads.</summary>
internal static class QueryOperation
{
    public static WorkerResult Run(CallContext context, WorkerRequest request)
    {
        using var query = new NativeAd(context.Library);
        query.Set("Requirements", request.Constraint ?? "true");
        if (request.Projection is { Length: > 0 } names)
            query.SetText("Projection", string.Join(' ', names));
        if (request.Limit is { } limit)
            query.Set("LimitResults", limit.ToString(CultureInfo.InvariantCulture));

        using ScheddHandle schedd = ScheddHandle.Locate(context.Library, request.Schedd);
        new AdStream(context.Library).Read(schedd, AdStream.QueueCommand, query, request.TimeoutSeconds, ad => context.Send(request, ad));
        return new WorkerResult();
    }
}
