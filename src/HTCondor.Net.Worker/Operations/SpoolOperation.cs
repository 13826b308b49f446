using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Operations;

/// <summary>Sends the input files of jobs that wait for them.</summary>
internal static unsafe class SpoolOperation
{
    public static WorkerResult Run(CallContext context, WorkerRequest request)
    {
        context.RefuseRoot();
        var ads = new List<NativeAd>();
        try
        {
            foreach (string[] attributes in request.Ads ?? [])
                ads.Add(NativeAd.Of(context.Library, attributes));
            using ScheddHandle schedd = ScheddHandle.Locate(context.Library, request.Schedd);
            context.Gate.Pass(request.Id);
            Send(context, schedd, ads);
            return new WorkerResult();
        }
        finally
        {
            foreach (NativeAd ad in ads)
                ad.Dispose();
        }
    }

    private static void Send(CallContext context, ScheddHandle schedd, List<NativeAd> ads)
    {
        nint[] pointers = [.. ads.Select(ad => (nint)ad.Pointer)];
        fixed (nint* first = pointers)
        {
            using var errors = new ErrorStack(context.Library);
            if (context.Library.SpoolJobFiles(schedd.Pointer, pointers.Length, (void**)first, errors.Pointer) != 0)
                return;
            if (!errors.IsLostSession)
                throw errors.Failure("Sending the input files", ambiguous: true);
        }

        fixed (nint* first = pointers)
        {
            using var errors = new ErrorStack(context.Library);
            if (context.Library.SpoolJobFiles(schedd.Pointer, pointers.Length, (void**)first, errors.Pointer) == 0)
                throw errors.Failure("Sending the input files", ambiguous: true);
        }
    }
}
