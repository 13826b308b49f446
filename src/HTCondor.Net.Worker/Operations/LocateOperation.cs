using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Operations;

internal static class LocateOperation
{
    public static WorkerResult Run(CallContext context, WorkerRequest request)
    {
        using ScheddHandle schedd = ScheddHandle.Locate(context.Library, request.Schedd);
        return new WorkerResult { Schedd = schedd.Information };
    }
}
