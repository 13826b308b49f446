using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Watching;

/// <summary>
/// The events of a watch, one a line (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
/// </summary>
internal static class WatchLines
{
    /// <summary>An object has at most 1.5 MiB in etcd; a longer line is not an event.</summary>
    private const int Longest = 8 << 20;

    /// <summary>
    /// Reads until the server ends the watch. An ERROR event gives <c>Status</c>, and is the last. A line that cannot be read is an event
    /// with an unreadable object: the next one may be good.
    /// </summary>
    /// <param name="stream">The body of the watch.</param>
    /// <param name="kind">What is watched.</param>
    /// <param name="alive">Called when bytes arrive.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<(WatchEvent<T>? Event, StatusObject? Status)> ReadAsync<T>(
        Stream stream, ObjectKind<T> kind, Action alive, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IWatchedObject
    {
        bool isTooLong = false;
        PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            while (true)
            {
                ReadResult result = await reader.ReadAsync(cancellationToken);
                ReadOnlySequence<byte> buffer = result.Buffer;
                alive();
                while (buffer.PositionOf((byte)'\n') is { } end)
                {
                    ReadOnlySequence<byte> line = buffer.Slice(0, end);
                    if (!line.IsEmpty && !isTooLong)
                        yield return Parse(line, kind);
                    isTooLong = false;
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                }

                if (buffer.Length > Longest)
                {
                    if (!isTooLong)
                        yield return (NoEvent<T>($"a line of the watch has more than {Longest} bytes"), null);
                    isTooLong = true;
                    buffer = buffer.Slice(buffer.End);
                }

                reader.AdvanceTo(buffer.Start, buffer.End);

                // A truncated line is not an event: the next watch delivers it again.
                if (result.IsCompleted)
                    yield break;
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static (WatchEvent<T>? Event, StatusObject? Status) Parse<T>(ReadOnlySequence<byte> line, ObjectKind<T> kind)
        where T : class, IWatchedObject
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = ObjectJson.MaximumDepth });
            if (IsError(line))
                return (null, JsonSerializer.Deserialize(ref reader, ObjectJson.Default.WatchError)?.Object ?? new StatusObject());
            return (JsonSerializer.Deserialize(ref reader, kind.Event), null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (NoEvent<T>("a line of the watch is not an event"), null);
        }
    }

    private static WatchEvent<T> NoEvent<T>(string why)
        where T : class, IWatchedObject => new() { Object = new Readable<T>(null, UnreadableObject.Line(why)) };

    private static bool IsError(ReadOnlySequence<byte> line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = ObjectJson.MaximumDepth });
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName)
                continue;
            bool isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
                return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("ERROR"u8);
            reader.Skip();
        }

        return false;
    }
}
