using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;
using HTCondor.Net.Worker.Serving;

namespace HTCondor.Net.Worker.Operations;

/// <summary>Serves one request after the other, all on the thread that calls it: the only one that enters the library.</summary>
internal sealed class Server(CondorLibrary library, RequestReader requests, ReplyWriter replies)
{
    private readonly CallContext _context = new(
        library, new AdPrinter(library), replies, new Gate(requests, replies), ProcessControl.EffectiveUser());

    /// <summary>Does not return: the end of the input ends the process.</summary>
    public void Serve()
    {
        while (true)
        {
            WorkerRequest request = requests.Next();
            replies.Write(Answer(request));
        }
    }

    private WorkerReply Answer(WorkerRequest request)
    {
        try
        {
            return new WorkerReply { Id = request.Id, Result = Run(request) };
        }
        catch (CondorFailure failure)
        {
            return new WorkerReply { Id = request.Id, Error = failure.Error };
        }
    }

    private WorkerResult Run(WorkerRequest request) => request.Operation switch
    {
        WorkerOperation.Locate => LocateOperation.Run(_context, request),
        WorkerOperation.Query => QueryOperation.Run(_context, request),
        WorkerOperation.History => HistoryOperation.Run(_context, request),
        WorkerOperation.Submit => SubmitOperation.Run(_context, request),
        WorkerOperation.Act => ActOperation.Run(_context, request),
        WorkerOperation.Edit => EditOperation.Run(_context, request),
        WorkerOperation.Spool => SpoolOperation.Run(_context, request),
        WorkerOperation.Retrieve => RetrieveOperation.Run(_context, request),
        _ => throw new InvalidDataException($"{request.Operation} answers nothing."),
    };
}
