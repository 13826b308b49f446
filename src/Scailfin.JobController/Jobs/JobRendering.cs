using System.Buffers;
using System.Text.Json;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>
/// Renders jobs into a response. A command that is kept outside of the job's snapshot is read and sent in pieces: however slowly the client
/// takes them, the answer holds one piece.
/// </summary>
internal sealed partial class JobRendering(HttpContext context, ILogger logger)
{
    /// <summary>Bytes written before the client has to take them.</summary>
    private const int LargestUnsent = 64 << 10;

    private const int Piece = 16 << 10;

    private readonly ArrayBufferWriter<byte> _unsent = new(Piece);

    /// <summary>Bytes that are written and not sent.</summary>
    public int Length => _unsent.WrittenCount;

    public void Write(ReadOnlySpan<byte> json) => _unsent.Write(json);

    public async Task WriteAsync(Job job, bool inList)
    {
        await using var json = new Utf8JsonWriter(_unsent, JsonAnswer.AsPython);
        JobAnswerJson.WriteUpToCommand(json, job, inList);
        if (job.Spec.Kept is { } kept)
            await WriteCommandAsync(json, job, kept);
        else
            json.WriteStringValue(job.Spec.Command);
        JobAnswerJson.WriteAfterCommand(json, job, inList);
    }

    /// <summary>Sends what was written if it is much.</summary>
    public Task SendAsync() => _unsent.WrittenCount < LargestUnsent ? Task.CompletedTask : SendRestAsync();

    public async Task SendRestAsync()
    {
        await context.Response.Body.WriteAsync(_unsent.WrittenMemory, context.RequestAborted);
        _unsent.ResetWrittenCount();
    }

    private async Task WriteCommandAsync(Utf8JsonWriter json, Job job, IKeptTexts kept)
    {
        if (Open(job, kept) is not { } command)
        {
            json.WriteStringValue("[The command cannot be read now; the service's log says why.]");
            return;
        }

        using (command)
        {
            byte[] piece = ArrayPool<byte>.Shared.Rent(Piece);
            try
            {
                while (command.Read(piece) is > 0 and int read)
                {
                    json.WriteStringValueSegment(piece.AsSpan(0, read), isFinalSegment: false);
                    await json.FlushAsync(context.RequestAborted);
                    await SendAsync();
                }

                json.WriteStringValueSegment(default(ReadOnlySpan<byte>), isFinalSegment: true);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(piece);
            }
        }
    }

    /// <summary>A job that exists is always answered for (contract B.2): if its command cannot be read, with a sentence instead.</summary>
    private CommandReader? Open(Job job, IKeptTexts kept)
    {
        try
        {
            return kept.OpenCommand();
        }
        catch (JobStoreException exception)
        {
            LogUnreadable(logger, job.Id, exception.Message);
            return null;
        }
    }

    [LoggerMessage(EventId = 201, Level = LogLevel.Error, Message = "Job {JobId} is shown without its command: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, JobId jobId, string reason);
}
