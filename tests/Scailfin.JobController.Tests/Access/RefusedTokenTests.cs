using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Scailfin.JobController.Access;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Access;

/// <summary>The operator learns why signed tokens are refused, and nobody can fill the log with that.</summary>
public sealed class RefusedTokenTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly KeptLog<SignedTokens> _log = new(LogLevel.Trace);

    [Fact]
    public async Task A_reason_is_logged_once_a_minute_and_quotes_nothing_of_the_token()
    {
        string keys = Path.GetTempFileName();
        using var provider = new IdentityProvider();
        File.WriteAllText(keys, provider.Keys());
        var tokens = new SignedTokens(new JwtSettings { Issuer = "i", Audience = "a", KeysFile = keys }, _time, _log);
        File.Delete(keys);
        const string Claims = """{"iss": "i", "aud": "a", "sub": "ada", "exp": 99999999999}""";
        for (int count = 0; count < 100; count++)
        {
            Assert.False((await tokens.CheckAsync(provider.Sign("RS256", Claims, header: ", \"zip\": \"secret\""))).IsAllowed);
            Assert.False((await tokens.CheckAsync(provider.Sign("RS256", Claims, header: ", \"crit\": [\"secret\"]"))).IsAllowed);
        }

        string[] lines =
        [
            "A signed token was refused: The token is compressed (zip in its header). (Logged once a minute at most.)",
            "A signed token was refused: The token's header names critical extensions (crit), and none is known here. "
                + "(Logged once a minute at most.)",
        ];
        Assert.Equal(lines, Refusals());
        _time.Advance(TimeSpan.FromMinutes(1));
        await tokens.CheckAsync(provider.Sign("RS256", Claims, header: ", \"zip\": 1"));
        Assert.Equal([.. lines, lines[0]], Refusals());
    }

    private IEnumerable<string> Refusals() => _log.Lines.Where(line => line.Contains("refused", StringComparison.Ordinal));
}
