using System.Text.Json;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Transports.Native.Protocol;

namespace HTCondor.Net.Transports.Native;

/// <summary>One request and all that comes back for it.</summary>
internal static class WorkerExchange
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The part of the deadline that one step on the network gets: then there is time left for a typed answer.</summary>
    private const double NetworkShare = 0.8;

    /// <returns>Whether the worker can serve the next one.</returns>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public static async Task<bool> RunAsync(WorkerProcess worker, WorkerCall call, CancellationToken cancellationToken)
    {
        WorkerRequest request = call.Request with { TimeoutSeconds = (int)Math.Max(call.Remaining.TotalSeconds * NetworkShare, Shortest.TotalSeconds) };
        string? except = null;
        try
        {
            await worker.WriteAsync(Line(request), cancellationToken);
            while (await worker.ReadLineAsync(cancellationToken) is { } line)
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
                    await worker.WriteAsync(Line(new WorkerRequest { Id = request.Id, Operation = call.TryRelease() ? WorkerOperation.Go : WorkerOperation.Leave }), cancellationToken);
                else
                    return End(call, reply);
            }
        }
        catch (Exception problem) when (problem is FormatException or InvalidDataException)
        {
            call.Fail(WorkerErrors.Garbage(call.Request, problem.Message, call.IsReleased, worker.LastWords));
            return false;
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            // It has died; how, its exit code says.
        }

        await worker.WaitForEndAsync(EndTimeout);
        call.Fail(except is not null
            ? WorkerErrors.Except(call.Request, except, call.IsReleased)
            : WorkerErrors.Died(call.Request, worker.ExitCode, call.IsReleased, worker.LastWords));
        return false;
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

    private static bool End(WorkerCall call, WorkerReply reply)
    {
        if (reply.Result is { } result)
            call.Succeed(result);
        else
            call.Fail(reply.Error ?? throw new FormatException("a reply with neither a result nor an error"));
        return true;
    }

    private static byte[] Line(WorkerRequest request) => [.. JsonSerializer.SerializeToUtf8Bytes(request, WorkerJson.Lines.WorkerRequest), (byte)'\n'];
}
