using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Operations;

/// <summary>Sets attributes of queued jobs, all in one transaction.</summary>
internal static class EditOperation
{
    public static WorkerResult Run(CallContext context, WorkerRequest request)
    {
        context.RefuseRoot();
        string[] attributes = request.Shared ?? [];
        NativeAd.Of(context.Library, attributes).Dispose(); // throws if a value is not exactly one expression
        using var constraint = new NativeText(Selection.Constraint(context, request));
        using ScheddHandle schedd = ScheddHandle.Locate(context.Library, request.Schedd);
        using QueueConnection queue = QueueConnection.Open(context.Library, schedd, request.TimeoutSeconds, request.Owner);
        for (int at = 0; at + 1 < attributes.Length; at += 2)
            queue.Set(constraint, attributes[at], attributes[at + 1]);

        context.Gate.Pass(request.Id);
        queue.Commit();
        return new WorkerResult();
    }
}
