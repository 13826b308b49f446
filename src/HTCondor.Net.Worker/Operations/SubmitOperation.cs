using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Operations;

/// <summary>Submits one cluster in one transaction.</summary>
internal static class SubmitOperation
{
    private const int ClusterAd = -1;

    public static WorkerResult Run(CallContext context, WorkerRequest request)
    {
        context.RefuseRoot();
        string[][] procs = request.Ads ?? [];
        using NativeAd shared = NativeAd.Of(context.Library, request.Shared ?? []);
        using ScheddHandle schedd = ScheddHandle.Locate(context.Library, request.Schedd);
        using QueueConnection queue = QueueConnection.Open(context.Library, schedd, request.TimeoutSeconds, request.Owner);
        int cluster = queue.NewCluster();
        queue.Send(cluster, ClusterAd, shared);
        foreach (string[] attributes in procs)
        {
            using NativeAd ad = NativeAd.Of(context.Library, attributes);
            queue.Send(cluster, queue.NewProc(cluster), ad);
        }

        context.Gate.Pass(request.Id);
        queue.Commit();
        return new WorkerResult { Cluster = cluster };
    }
}
