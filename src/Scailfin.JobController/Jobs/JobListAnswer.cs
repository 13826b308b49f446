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
internal sealed class JobListAnswer(ILogger logger)
{
    /// <summary>Bytes kept of a job.</summary>
    private const int LargestKept = 2 << 10;

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
        var rendering = new JobRendering(context, logger);
        rendering.Write(Begin);
        for (int at = 0; at < parts.Length; at++)
        {
            if (at > 0)
                rendering.Write(","u8);
            if (parts[at] is { } part)
                rendering.Write(part);
            else
                await rendering.WriteAsync(jobs[at], inList: true);
            await rendering.SendAsync();
        }

        rendering.Write(End);
        await rendering.SendRestAsync();
    }

    /// <summary>The rendered job; null if it is large.</summary>
    private byte[]? Kept(Job job)
    {
        if (_kept.TryGetValue(job, out byte[]? rendered))
            return rendered;
        if (job.Spec.Kept is not null)
            return null;
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, JsonAnswer.AsPython))
        {
            JobAnswerJson.WriteUpToCommand(json, job, inList: true);
            json.WriteStringValue(job.Spec.Command);
            JobAnswerJson.WriteAfterCommand(json, job, inList: true);
        }

        if (buffer.WrittenCount > LargestKept)
            return null;
        rendered = buffer.WrittenSpan.ToArray();
        _kept.AddOrUpdate(job, rendered);
        return rendered;
    }
}
