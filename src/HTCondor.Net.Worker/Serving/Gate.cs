using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Serving;

/// <summary>
/// Stands before every call that may change something: whoever asked has to say "go". If he is dead or no longer wants it, nothing happens,
/// and he knows that a worker that he never told to go has changed nothing.
/// </summary>
internal sealed class Gate(RequestReader requests, ReplyWriter replies)
{
    /// <exception cref="CondorFailure">He no longer wants it.</exception>
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
