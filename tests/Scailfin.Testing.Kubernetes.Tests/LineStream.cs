using System.Text;
using System.Text.Json.Nodes;

namespace Scailfin.Testing.Kubernetes.Tests;

internal sealed class LineStream(HttpResponseMessage response, Stream stream) : IDisposable
{
    private readonly StreamReader _reader = new(stream, Encoding.UTF8);

    public int Status => (int)response.StatusCode;

    /// <summary>Null: the stream has ended cleanly.</summary>
    public Task<string?> LineAsync() =>
        Eventually.EndAsync(_reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask(), "a line, or the end");

    public async Task<WatchEvent?> EventAsync() => await LineAsync() is { } line ? new WatchEvent(JsonNode.Parse(line)!) : null;

    /// <summary>Reads events until one fits.</summary>
    public async Task<WatchEvent> UntilAsync(Func<WatchEvent, bool> wanted)
    {
        while (await EventAsync() is { } read)
        {
            if (wanted(read))
                return read;
        }
        throw new InvalidOperationException("The watch ended before the event came.");
    }

    public async Task<IReadOnlyList<WatchEvent>> AllAsync()
    {
        var all = new List<WatchEvent>();
        while (await EventAsync() is { } read)
            all.Add(read);
        return all;
    }

    public void Dispose() => response.Dispose();
}

internal sealed record WatchEvent(JsonNode Json)
{
    public string Type => Json["type"]!.GetValue<string>();
    public JsonNode Object => Json["object"]!;
    public string? Phase => Object["status"]?["phase"]?.GetValue<string>();
    public string Name => Object["metadata"]!["name"]!.GetValue<string>();
    public string Version => Object["metadata"]!["resourceVersion"]!.GetValue<string>();
    public bool IsBeingDeleted => Object["metadata"]!["deletionTimestamp"] is not null;
}
