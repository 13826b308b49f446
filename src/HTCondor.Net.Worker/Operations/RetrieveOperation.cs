using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Operations;

/// <summary>Copies the output files of spooled jobs to the paths in their ads, as the worker's user. The queue does not change.</summary>
internal static unsafe class RetrieveOperation
{
    public static WorkerResult Run(CallContext context, WorkerRequest request)
    {
        context.RefuseRoot();
        using var constraint = new NativeText(Selection.Constraint(context, request));
        using ScheddHandle schedd = ScheddHandle.Locate(context.Library, request.Schedd);
        int done = 0;
        bool again = false;
        do
        {
            using var errors = new ErrorStack(context.Library);
            if (context.Library.ReceiveJobSandbox(schedd.Pointer, constraint.Pointer, errors.Pointer, &done) == 0)
                again = !again && errors.IsLostSession ? true : throw errors.Failure("Retrieving the output files");
            else
                again = false;
        }
        while (again);

        return done > 0 ? new WorkerResult() : throw CondorFailure.Of("SCHEDD", 0, "No job whose output could be retrieved matched.");
    }
}
