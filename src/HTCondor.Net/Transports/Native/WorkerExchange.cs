using System.Text.Json;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Transports.Native.Protocol;

namespace HTCondor.Net.Transports.Native;

/// <summary>One request and all that comes back for it.</summary>
internal static class WorkerExchange
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The part of the deadline that one step on the network gets: then there is time left for a typed answer.</summary>
    private const double NetworkShare = 0.8;

    /// <summary>Waits for the call's answer, without a timeout; the wait ends when the worker is killed.</summary>
    public static ExchangeEnd Run(WorkerProcess worker, WorkerCall call)
    {
        WorkerRequest request =
            call.Request with { TimeoutSeconds = (int)Math.Max(call.Remaining.TotalSeconds * NetworkShare, Shortest.TotalSeconds) };
        string? except = null;
        try
        {
            worker.Write(Line(request));
            while (worker.ReadLine() is { } line)
            {
                if (TryTakeAd(call, line.Span))
                    continue;
                WorkerReply reply = ReplyLine.Parse(line.Span);
                if (reply.Except is { } text)
                {
                    except = text;
                    continue;
                }

                if (reply.Id != request.Id)
                    throw new FormatException($"a reply to request {reply.Id}, not {request.Id}");
                if (reply.Ready)
                    worker.Write(Line(
                        new WorkerRequest { Id = request.Id, Operation = call.TryRelease() ? WorkerOperation.Go : WorkerOperation.Leave }));
                else
                    return End(call, reply);
            }
        }
        catch (Exception problem) when (problem is FormatException or InvalidDataException)
        {
            return new ExchangeEnd(false, Garbage: problem.Message);
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The worker has ended; its exit code tells the reason.
        }

        return new ExchangeEnd(false, Except: except);
    }

    private static bool TryTakeAd(WorkerCall call, ReadOnlySpan<byte> line)
    {
        if (!ReplyLine.TryReadAd(line, out long id, out ClassAd? ad))
            return false;
        if (id != call.Request.Id)
            throw new FormatException($"an ad for request {id}, not {call.Request.Id}");
        call.Add(ad!);
        return true;
    }

    private static ExchangeEnd End(WorkerCall call, WorkerReply reply)
    {
        if (reply.Result is { } result)
            call.Succeed(result);
        else
            call.Fail(reply.Error ?? throw new FormatException("a reply with neither a result nor an error"));
        return new ExchangeEnd(true);
    }

    private static byte[] Line(WorkerRequest request) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(request, WorkerJson.Lines.WorkerRequest), (byte)'\n'];
}

/// <summary>How an exchange ended.</summary>
/// <param name="IsServed">Whether the call has its answer and the worker can serve the next one; otherwise the worker must end.</param>
/// <param name="Except">The library's message before it ended the process; null if there was none.</param>
/// <param name="Garbage">The output that is not in the protocol; null if there was none.</param>
internal sealed record ExchangeEnd(bool IsServed, string? Except = null, string? Garbage = null);
