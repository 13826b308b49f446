using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Hosting;

/// <summary>A body that HTTP itself cannot read is the client's fault.</summary>
public sealed class MalformedBodyTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("7fffffff\r\n{}")]
    [InlineData("80000000\r\n{}")]
    [InlineData("ffffffff\r\n{}")]
    [InlineData("7fffffffffffffff\r\n{}")]
    [InlineData("ffffffffffffffff\r\n{}")]
    [InlineData("fffffffffffffffffffffffffffffffff\r\n{}")]
    [InlineData("-1\r\n{}")]
    [InlineData("x\r\n{}")]
    [InlineData("\r\n{}")]
    [InlineData("2\r\n{}x\r\n0\r\n\r\n")]
    public async Task A_chunk_of_a_bad_size_is_answered_with_4xx(string body)
    {
        using var client = new TcpClient();
        Uri address = fixture.Edge.Http.BaseAddress!;
        await client.ConnectAsync(address.Host, address.Port, Cancellation);
        string head = $"""
            POST /jobs HTTP/1.1
            Host: {address.Authority}
            Authorization: {fixture.Edge.Http.DefaultRequestHeaders.Authorization}
            Content-Type: application/json
            Transfer-Encoding: chunked


            """.ReplaceLineEndings("\r\n");
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + body), Cancellation);
        using var lines = new StreamReader(stream);
        string? first = await Eventually.EndAsync(lines.ReadLineAsync(Cancellation).AsTask(), "the answer");
        Assert.InRange(int.Parse(first!.Split(' ')[1], CultureInfo.InvariantCulture), 400, 499);
    }
}
