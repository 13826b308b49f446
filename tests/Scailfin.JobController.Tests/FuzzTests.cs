using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.JobController.Access;
using Scailfin.JobController.Backends;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Access;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.Testing.Fuzzing;

namespace Scailfin.JobController.Tests;

/// <summary>What anybody may send, and what an operator writes.</summary>
[Collection("fuzz")]
public sealed class FuzzTests : IDisposable
{
    private const int LongestStatusLine = 200;

    private readonly string _folder = Directory.CreateTempSubdirectory("scailfin-fuzz-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The corpus's requests are refused in the end, or read something: jobs that are kept would be growth.</summary>
    [Fact]
    public async Task Any_bytes_on_a_connection_are_answered_but_never_with_a_5xx()
    {
        await using Edge edge = await Edge.StartAsync();
        Uri address = edge.Http.BaseAddress!;
        string id = (await edge.SubmitAsync()).Id.ToString();
        string token = $"{edge.Http.DefaultRequestHeaders.Authorization}";
        await new FuzzRun(
            "http",
            [
                "GET ", "HEAD ", "DELETE ", "OPTIONS ", "HTTP/1.0", "HTTP/2.0", "Transfer-Encoding: chunked\r\n", "Content-Length: ",
                "Expect: 100-continue\r\n", "Host: ", "Content-Encoding: gzip\r\n", "Range: bytes=0-\r\n", "Idempotency-Key: ",
                "Accept: ", "Connection: Upgrade\r\n", "\r\n\r\n", "%00", "%2e%2e/", "?limit=", "&follow=1", "offset=",
                "null", "\\ud800", "[[[[", "{\"a\":", "\"workflow_workspace\": \"/", id,
            ],
            request => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(request)
                .ReplaceLineEndings("\r\n")
                .Replace("{token}", token, StringComparison.Ordinal)
                .Replace("{job}", id, StringComparison.Ordinal)
                .Replace("{workspace}", edge.Workspace, StringComparison.Ordinal)))
        {
            MostBytes = 16 << 20,
            MostBytesPerByte = 400,
            MostGrowth = 32 << 20,
            Allocated = () => GC.GetTotalAllocatedBytes(),
        }.ReadAsync(1500, async input =>
        {
            int status = await StatusAsync(address, input);

            // That HTTP has no such version is the client's fault, in spite of its number.
            Assert.InRange(status == StatusCodes.Status505HttpVersionNotsupported ? 400 : status, 0, 499);
            return status is >= 200 and < 300;
        });
    }

    [Fact]
    public async Task Any_token_is_refused_in_a_sentence_that_quotes_nothing_of_it()
    {
        using var provider = new IdentityProvider();
        string keys = Path.Combine(_folder, "keys.json");
        await File.WriteAllTextAsync(keys, provider.Keys(), Cancellation);
        var tokens = new SignedTokens(
            new JwtSettings { Issuer = "https://id.example.org/", Audience = "scailfin", KeysFile = keys },
            TimeProvider.System,
            NullLogger<SignedTokens>.Instance);
        await new FuzzRun(
            "tokens",
            [
                "alg", "none", "HS256", "\"crit\":[\"exp\"]", "\"exp\":1e18", "\"kid\":", "null", "\\u0000", "\\ud800", "[[", "{}",
                "9999999999", "\"aud\":[]",
            ])
        {
            MostBytesPerByte = 400,
            Allocated = () => GC.GetTotalAllocatedBytes(),
            MostBytes = 16 << 20,
        }.ReadAsync(5000, async input =>
        {
            TokenVerdict verdict = await tokens.CheckAsync(Sign(provider, input));
            Assert.InRange(verdict.Reason.Length, verdict.IsAllowed ? 0 : 1, 300);
            return verdict.IsAllowed;
        });
    }

    [Fact]
    public Task Any_file_of_backends_is_read_or_refused_with_its_line()
    {
        string file = Path.Combine(_folder, "backends.yaml");
        return new FuzzRun(
            "backends",
            [
                "&a ", "*a", "<<: ", "!!binary ", "- ", ": ", "|\n", ">\n", "? ", "---\n", "...\n", "[[", "{{", "%YAML 1.1\n", "site: ",
                "kind: ", "backends:\n",
            ])
        {
            MostBytes = 4 << 20,
            MostBytesPerByte = 2000,
            IsExpected = exception => exception is SettingsException,
        }.ReadAsync(3000, input =>
        {
            File.WriteAllBytes(file, input);
            return BackendsFile.Read(file).Count > 0;
        });
    }

    /// <summary>Header and claims in lines of their own are signed, so that what is behind the signature is read, too.</summary>
    private static string Sign(IdentityProvider provider, byte[] input)
    {
        string[] lines = Encoding.UTF8.GetString(input).Split('\n', 3);
        if (lines is [var header, var claims] && header.StartsWith('{'))
            return $"{IdentityProvider.Text(Encoding.UTF8.GetBytes(header))}.{IdentityProvider.Text(Encoding.UTF8.GetBytes(claims))}.AA";
        return lines switch
        {
            [var algorithm, var text, ..] when algorithm is "RS256" or "ES256" => provider.Sign(algorithm, text),
            [var algorithm, var text, ..] when algorithm.StartsWith("ES256,", StringComparison.Ordinal) =>
                provider.Sign("ES256", text, header: algorithm[5..]),
            _ => Dotted(lines[0]),
        };
    }

    /// <summary>The service takes for a signed token only what has two dots.</summary>
    private static string Dotted(string text) => string.Join('.', (text + "..").Split('.')[..3]);

    /// <summary>The status of the first answer; 0 where the connection was closed without one.</summary>
    private static async Task<int> StatusAsync(Uri address, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Cancellation);
        NetworkStream stream = client.GetStream();
        byte[] answer = new byte[LongestStatusLine];
        try
        {
            await stream.WriteAsync(request, Cancellation);
            client.Client.Shutdown(SocketShutdown.Send);
            int length = await stream.ReadAtLeastAsync(answer, 12, throwOnEndOfStream: false, Cancellation);
            string line = Encoding.ASCII.GetString(answer, 0, length);
            return line.StartsWith("HTTP/1.", StringComparison.Ordinal) ? int.Parse(line.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return 0;
        }
    }
}
