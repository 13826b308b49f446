using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Serving;

/// <summary>
/// Guards every call that may change something: the worker waits until its client sends "go". If the client has died or cancels, nothing is
/// changed, and a client that never sent "go" knows that.
/// </summary>
internal sealed class Gate(RequestReader requests, ReplyWriter replies)
{
    /// <exception cref="CondorFailure">The client has cancelled the call.</exception>
    public void Pass(long id)
    {
        replies.Write(new WorkerReply { Id = id, Ready = true });
        WorkerRequest answer = requests.Next();
        if (answer.Id != id || answer.Operation is not (WorkerOperation.Go or WorkerOperation.Leave))
            throw new InvalidDataException($"Expected go or leave for request {id}, got {answer.Operation} for {answer.Id}.");
        if (answer.Operation == WorkerOperation.Leave)
            throw CondorFailure.Of("CLIENT", 0, "The call was cancelled before it changed anything.", retryable: true);
    }
}
