using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;
using HTCondor.Net.Worker.Serving;

namespace HTCondor.Net.Worker.Operations;

/// <summary>The objects that an operation uses.</summary>
internal sealed record CallContext(CondorLibrary Library, AdPrinter Printer, ReplyWriter Replies, Gate Gate, int UserId)
{
    /// <summary>
    /// Before anything that changes the queue. Root is refused: its jobs are refused by newer versions, and one that was accepted on a
    /// broken connection made a schedd crash at every start.
    /// </summary>
    public void RefuseRoot()
    {
        if (UserId == 0)
            throw CondorFailure.Of(
                "WORKER", 0, "This worker runs as root and may only query: submit and change jobs as the user who owns them.");
    }

    /// <summary>Sends an ad of the answer.</summary>
    public void Send(WorkerRequest request, NativeAd ad) => Printer.Print(ad, json => Replies.Ad(request.Id, json));
}
