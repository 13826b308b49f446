using System.Buffers.Text;
using System.Text.Json;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Transports.Native.Protocol;

namespace HTCondor.Net.Transports.Native;

/// <summary>Reads a line of the worker's.</summary>
internal static class ReplyLine
{
    /// <summary>An ad of the answer to a request; false if the line is something else.</summary>
    /// <exception cref="FormatException">The line begins like an ad, but is not one.</exception>
    public static bool TryReadAd(ReadOnlySpan<byte> line, out long id, out ClassAd? ad)
    {
        ad = null;
        id = 0;
        if (!line.StartsWith(WorkerProtocol.AdStart)
            || !Utf8Parser.TryParse(line[WorkerProtocol.AdStart.Length..], out id, out int digits)
            || !line[(WorkerProtocol.AdStart.Length + digits)..].StartsWith(WorkerProtocol.AdProperty))
        {
            return false;
        }

        line = line[(WorkerProtocol.AdStart.Length + digits + WorkerProtocol.AdProperty.Length)..];
        try
        {
            ad = line.EndsWith((byte)'}') && ClassAdJson.ReadAds(line[..^1]) is [var read]
                ? read
                : throw new FormatException("the end of the line is missing");
        }
        catch (FormatException problem)
        {
            throw new FormatException($"This is not an ad: {problem.Message}", problem);
        }

        return true;
    }

    /// <exception cref="FormatException">The line is not a reply.</exception>
    public static WorkerReply Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, WorkerJson.Lines.WorkerReply) ?? throw new FormatException("This is not a reply: null");
        }
        catch (JsonException problem)
        {
            throw new FormatException($"This is not a reply: {ShortText.Of(problem.Message)}", problem);
        }
    }
}
