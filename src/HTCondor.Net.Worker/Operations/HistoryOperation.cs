using System.Globalization;
using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Operations;

/// <summary>Ads of jobs that left the queue, from the schedd's history, newest first.</summary>
internal static class HistoryOperation
{
    public static WorkerResult Run(CallContext context, WorkerRequest request)
    {
        using var query = new NativeAd(context.Library);
        query.Set("Requirements", request.Constraint ?? "true");
        query.Set("NumJobMatches", (request.Limit ?? -1).ToString(CultureInfo.InvariantCulture));
        if (request.Projection is { Length: > 0 } names)
            query.SetText("Projection", string.Join(',', names));
        if (request.Since is { } since)
            query.Set("Since", since);

        using ScheddHandle schedd = ScheddHandle.Locate(context.Library, request.Schedd);
        new AdStream(context.Library).Read(schedd, AdStream.HistoryCommand, query, request.TimeoutSeconds, ad => context.Send(request, ad));
        return new WorkerResult();
    }
}
