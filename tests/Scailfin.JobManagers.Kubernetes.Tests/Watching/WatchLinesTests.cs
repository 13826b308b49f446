using System.Text;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Tests.Watching;

public sealed class WatchLinesTests
{
    private const string Good =
        """{"type":"ADDED","object":{"metadata":{"name":"good","uid":"u","resourceVersion":"5"}}}""" + "\n";

    public static TheoryData<string, string> BadLines => new()
    {
        { "<html>bad gateway</html>\n", "a line of the watch is not an event" },
        { "{\"type\":\"ADDED\",\"object\":{\"metadata\":\n", "a line of the watch is not an event" },
        { "{\"type\":5,\"object\":{}}\n", "a line of the watch is not an event" },
        { "null5\n", "a line of the watch is not an event" },
        { "{\"type\":\"ADDED\",\"object\":\"" + new string('x', 9 << 20) + "\"}\n", "a line of the watch has more than 8388608 bytes" },
        { "{\"type\":\"ADDED\",\"object\":null}\n", "it is null" },
        { "{\"object\":[1],\"type\":\"ADDED\"}\n", "it is [1]" },
        {
            """{"type":"ADDED","object":{"metadata":{"name":"b","uid":"u","creationTimestamp":"0000-01-01T00:00:00Z"}}}""" + "\n",
            "its field 'metadata.creationTimestamp' is \"0000-01-01T00:00:00Z\""
        },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(BadLines))]
    public async Task A_line_that_cannot_be_read_is_one_bad_event_and_the_next_is_read(string line, string why)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(Good + line + Good));
        var seen = new List<string?>();
        await foreach ((WatchEvent<PodObject>? change, StatusObject? status) in WatchLines.ReadAsync(
            stream, ObjectKinds.Pods, () => { }, Cancellation))
        {
            Assert.Null(status);
            seen.Add(change?.Object.Value?.Metadata.Name ?? change?.Object.Unreadable?.Why);
        }

        Assert.Equal(["good", why, "good"], seen);
    }

    /// <summary>The watch goes on from the version of an object that cannot be read: it is not read again and again.</summary>
    [Fact]
    public async Task The_version_of_an_object_that_cannot_be_read_is_known()
    {
        const string Metadata = """{"name":"b","uid":"u","resourceVersion":"77","labels":{"job-name":"j"}}""";
        const string Line = "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":" + Metadata + ",\"status\":7}}";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(Line + "\n"));
        var seen = new List<UnreadableObject?>();
        await foreach ((WatchEvent<PodObject>? change, StatusObject? _) in WatchLines.ReadAsync(
            stream, ObjectKinds.Pods, () => { }, Cancellation))
            seen.Add(change?.Object.Unreadable);
        Assert.Equal([new UnreadableObject("b", "u", "77", "j", "its field 'status' is 7")], seen);
    }
}
