using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Scailfin.Core.Jobs;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>
/// Sends lists of jobs: a list of single-entry objects, in the order of submission (contract A.7). Clients poll it, and most jobs have not
/// changed since: each is rendered once for as long as its snapshot is the same, unless it is large; then it is rendered while it is sent.
/// </summary>
internal sealed class JobListAnswer
{
    /// <summary>Bytes kept of a job.</summary>
    private const int LargestKept = 2 << 10;

    /// <summary>Bytes written before the client has to take them.</summary>
    private const int LargestUnsent = 64 << 10;

    private static readonly byte[] Begin = "{\"jobs\":["u8.ToArray();
    private static readonly byte[] End = "]}\n"u8.ToArray();

    private readonly ConditionalWeakTable<Job, byte[]> _kept = [];

    public async Task SendAsync(HttpContext context, IReadOnlyList<Job> jobs)
    {
        byte[]?[] parts = [.. jobs.Select(Kept)];
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        if (Array.IndexOf(parts, null) < 0)
        {
            long commas = Math.Max(0, parts.Length - 1);
            context.Response.ContentLength = Begin.Length + End.Length + commas + parts.Sum(part => (long)part!.Length);
        }

        if (HttpMethods.IsHead(context.Request.Method))
            return;
        long expected = context.Response.ContentLength ?? LargestUnsent;
        var unsent = new ArrayBufferWriter<byte>((int)Math.Min(expected, LargestUnsent + LargestKept));
        unsent.Write(Begin);
        for (int at = 0; at < parts.Length; at++)
        {
            if (at > 0)
                unsent.Write(","u8);
            if (parts[at] is { } part)
                unsent.Write(part);
            else
                Render(unsent, jobs[at]);
            if (unsent.WrittenCount < LargestUnsent)
                continue;
            await context.Response.Body.WriteAsync(unsent.WrittenMemory, context.RequestAborted);
            unsent.ResetWrittenCount();
        }

        unsent.Write(End);
        await context.Response.Body.WriteAsync(unsent.WrittenMemory, context.RequestAborted);
    }

    /// <summary>The rendered job; null if it is large.</summary>
    private byte[]? Kept(Job job)
    {
        if (_kept.TryGetValue(job, out byte[]? rendered))
            return rendered;
        if (job.Spec.Command.Length > LargestKept)
            return null;
        var buffer = new ArrayBufferWriter<byte>(512);
        Render(buffer, job);
        if (buffer.WrittenCount > LargestKept)
            return null;
        rendered = buffer.WrittenSpan.ToArray();
        _kept.AddOrUpdate(job, rendered);
        return rendered;
    }

    private static void Render(IBufferWriter<byte> output, Job job)
    {
        using var json = new Utf8JsonWriter(output, JsonAnswer.AsPython);
        JobAnswerJson.WriteListed(json, job);
    }
}
