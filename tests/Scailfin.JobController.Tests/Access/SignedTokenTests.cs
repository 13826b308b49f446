using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Scailfin.JobController.Access;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Access;

/// <summary>Tokens of an identity provider: only those that it signed for us, now.</summary>
public sealed class SignedTokenTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IdentityProvider _provider = new();
    private readonly FakeTimeProvider _time = new(Now);
    private readonly string _folder = Directory.CreateTempSubdirectory("scailfin-jwt-").FullName;
    private readonly JwtSettings _settings;

    public SignedTokenTests()
    {
        _settings = new JwtSettings
        {
            Issuer = "https://id.example.org/",
            Audience = "scailfin",
            KeysFile = Path.Combine(_folder, "keys.json"),
            AdministratorClaim = "groups",
            AdministratorValue = "operators",
        };
        File.WriteAllText(_settings.KeysFile, _provider.Keys());
    }

    public void Dispose()
    {
        _provider.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    public async Task A_token_that_the_provider_signed_is_its_users(string algorithm)
    {
        TokenVerdict verdict = await CheckAsync(_provider.Sign(algorithm, Claims()));
        Assert.True(verdict.Caller == new Caller("ada", false), verdict.Reason);
    }

    [Theory]
    [InlineData("\"iss\": \"https://evil.example.org/\"", "issuer")]
    [InlineData("\"iss\": \"https://id.example.org\"", "issuer")]
    [InlineData("\"iss\": null", "issuer")]
    [InlineData("\"aud\": \"other\"", "aud")]
    [InlineData("\"aud\": []", "aud")]
    [InlineData("\"aud\": null", "aud")]
    [InlineData("\"exp\": null", "exp")]
    [InlineData("\"exp\": 1893455940", "expired")]
    [InlineData("\"exp\": 1", "expired")]
    [InlineData("\"nbf\": 1893456061", "not valid yet")]
    [InlineData("\"sub\": null", "claim sub")]
    [InlineData("\"sub\": 1", "claim sub")]
    [InlineData("\"sub\": \"\"", "claim sub")]
    [InlineData("\"sub\": \"a b\"", "claim sub")]
    [InlineData("\"sub\": \"admin\"", "claim sub")]
    [InlineData("\"sub\": \"..\"", "claim sub")]
    public async Task A_claim_that_is_wrong_or_missing_is_refused_with_its_name(string claim, string reason)
    {
        foreach (string algorithm in (string[])["RS256", "ES256"])
        {
            TokenVerdict verdict = await CheckAsync(_provider.Sign(algorithm, Claims(claim)));
            Assert.False(verdict.IsAllowed);
            Assert.Contains(reason, verdict.Reason);
        }
    }

    [Theory]
    [InlineData("\"exp\": 1893455941")]
    [InlineData("\"nbf\": 1893456060")]
    [InlineData("\"aud\": [\"other\", \"scailfin\"]")]
    [InlineData("\"exp\": 99999999999")]
    public async Task Clocks_may_differ_by_a_minute_and_audiences_be_many(string claim)
    {
        TokenVerdict verdict = await CheckAsync(_provider.Sign("RS256", Claims(claim)));
        Assert.True(verdict.IsAllowed, verdict.Reason);
    }

    [Theory]
    [InlineData(", \"crit\": [\"x\"], \"x\": 1", "crit")]
    [InlineData(", \"crit\": [\"exp\"]", "crit")]
    [InlineData(", \"crit\": []", "crit")]
    [InlineData(", \"crit\": null", "crit")]
    [InlineData(", \"b64\": false", "b64")]
    [InlineData(", \"b64\": \"false\"", "b64")]
    [InlineData(", \"b64\": false, \"crit\": [\"b64\"]", "crit")]
    [InlineData(", \"zip\": \"DEF\"", "zip")]
    [InlineData(", \"zip\": null", "zip")]
    [InlineData(", \"kid\": \"r\"", "name twice")]
    public async Task A_header_that_changes_how_the_token_is_read_is_refused_with_its_member(string header, string reason)
    {
        TokenVerdict verdict = await CheckAsync(_provider.Sign("RS256", Claims(), header: header));
        Assert.False(verdict.IsAllowed);
        Assert.Contains(reason, verdict.Reason);
    }

    [Theory]
    [InlineData("\"exp\": \"\\ud800\"")]
    [InlineData("\"exp\": \"1893456600\"")]
    [InlineData("\"exp\": true")]
    [InlineData("\"exp\": [1893456600]")]
    [InlineData("\"exp\": {}")]
    [InlineData("\"exp\": -1")]
    [InlineData("\"exp\": 1e18")]
    [InlineData("\"exp\": 1e400")]
    [InlineData("\"exp\": 1000000000000000000")]
    [InlineData("\"exp\": 253402300800")]
    [InlineData("\"nbf\": \"1\"")]
    [InlineData("\"nbf\": -1e18")]
    [InlineData("\"iat\": \"yesterday\"")]
    public async Task A_date_that_is_none_is_refused_with_its_claim(string claim)
    {
        TokenVerdict verdict = await CheckAsync(_provider.Sign("RS256", Claims(claim)));
        Assert.False(verdict.IsAllowed);
        Assert.Contains($"(claim {claim[1..4]}) is not a date", verdict.Reason);
    }

    [Theory]
    [InlineData("\"exp\": 1893456600.5")]
    [InlineData("\"exp\": 1.8934566e9")]
    [InlineData("\"exp\": 253402300799")]
    [InlineData("\"iat\": 1893456000.25")]
    public async Task A_date_may_have_a_fraction_and_lie_before_the_year_10000(string claim)
    {
        TokenVerdict verdict = await CheckAsync(_provider.Sign("RS256", Claims(claim)));
        Assert.True(verdict.IsAllowed, verdict.Reason);
    }

    [Fact]
    public async Task A_claim_that_is_named_twice_is_refused() =>
        Assert.Contains("name twice", (await CheckAsync(_provider.Sign("RS256", Claims("\"x\": 1, \"sub\": \"eve\"")))).Reason);

    [Theory]
    [InlineData("\"groups\": \"operators\"", true)]
    [InlineData("\"groups\": [\"users\", \"operators\"]", true)]
    [InlineData("\"groups\": [\"operators2\"]", false)]
    [InlineData("\"groups\": \"operators,users\"", false)]
    [InlineData("\"groups\": null", false)]
    [InlineData("\"groups\": {\"operators\": true}", false)]
    [InlineData("\"Groups\": \"operators\"", false)]
    public async Task Whoever_has_the_value_in_the_claim_is_an_administrator(string claim, bool administrator) =>
        Assert.Equal(administrator, (await CheckAsync(_provider.Sign("RS256", Claims(claim)))).Caller!.IsAdministrator);

    [Fact]
    public async Task Signatures_that_anybody_could_make_are_refused()
    {
        byte[] secret = Encoding.ASCII.GetBytes(new string('s', 32));
        File.WriteAllText(
            _settings.KeysFile, _provider.Keys($$""", {"kty": "oct", "kid": "o", "k": "{{IdentityProvider.Text(secret)}}"}"""));
        using var other = new IdentityProvider();
        string good = _provider.Sign("RS256", Claims());
        string[] bad =
        [
            IdentityProvider.Unsigned(Claims()), IdentityProvider.Unsigned(Claims(), "None"), IdentityProvider.Unsigned(Claims(), "RS256"),
            IdentityProvider.Unsigned(Claims(), ""),
            _provider.SignWithPublicKey(Claims(), asPem: true), _provider.SignWithPublicKey(Claims(), asPem: false),
            IdentityProvider.SignWithSecret(secret, Claims(), "o"), IdentityProvider.SignWithSecret([], Claims(), "r"),
            other.Sign("RS256", Claims()), other.Sign("ES256", Claims()), other.Sign("RS256", Claims(), kid: "x"),
            _provider.Sign("RS256", Claims(), kid: "e"), good[..^8] + "AAAAAAAA",
            good.Split('.')[0] + "." + IdentityProvider.Text(Encoding.UTF8.GetBytes(Claims("\"sub\": \"eve\""))) + "." + good.Split('.')[2],
        ];
        foreach (string token in bad)
        {
            TokenVerdict verdict = await CheckAsync(token);
            Assert.False(verdict.IsAllowed, token);
            Assert.DoesNotContain(token.Split('.'), part => part.Length > 0 && verdict.Reason.Contains(part, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("é.é.é")]
    [InlineData("e30.e30.e30")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9..")]
    [InlineData("bnVsbA.bnVsbA.bnVsbA")]
    [InlineData("W10.W10.W10")]
    [InlineData("eyJhbGciOjF9.e30.AA")]
    public async Task Garbage_is_refused(string token) => Assert.False((await CheckAsync(token)).IsAllowed);

    [Fact]
    public async Task A_token_of_more_than_16_KiB_is_refused() =>
        Assert.False((await CheckAsync(_provider.Sign("RS256", Claims($"\"x\": \"{new string('x', 20_000)}\"")))).IsAllowed);

    [Fact]
    public async Task New_keys_hold_once_the_file_has_changed_and_old_ones_while_it_cannot_be_read()
    {
        using var next = new IdentityProvider();
        var tokens = new SignedTokens(_settings, _time, NullLogger<SignedTokens>.Instance);
        string old = _provider.Sign("ES256", Claims()), other = next.Sign("ES256", Claims());
        Assert.True((await tokens.CheckAsync(old)).IsAllowed);
        File.WriteAllText(_settings.KeysFile, "{");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await tokens.CheckAsync(old)).IsAllowed);
        File.WriteAllText(_settings.KeysFile, next.Keys());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await tokens.CheckAsync(other)).IsAllowed);
        Assert.False((await tokens.CheckAsync(old)).IsAllowed);
        File.Delete(_settings.KeysFile);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await tokens.CheckAsync(other)).IsAllowed);
        Assert.False((await tokens.CheckAsync(old)).IsAllowed);
    }

    [Fact]
    public async Task Keys_behind_links_are_followed_as_Kubernetes_changes_them()
    {
        using var next = new IdentityProvider();
        foreach ((string name, IdentityProvider provider) in (ValueTuple<string, IdentityProvider>[])[("1", _provider), ("2", next)])
        {
            Directory.CreateDirectory(Path.Combine(_folder, name));
            File.WriteAllText(Path.Combine(_folder, name, "jwks"), provider.Keys());
        }

        string data = Path.Combine(_folder, "data");
        Directory.CreateSymbolicLink(data, "1");
        File.Delete(_settings.KeysFile);
        File.CreateSymbolicLink(_settings.KeysFile, Path.Combine("data", "jwks"));
        var tokens = new SignedTokens(_settings, _time, NullLogger<SignedTokens>.Instance);
        Assert.True((await tokens.CheckAsync(_provider.Sign("ES256", Claims()))).IsAllowed);
        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, "2");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await tokens.CheckAsync(next.Sign("ES256", Claims()))).IsAllowed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"keys\": []}")]
    [InlineData("{\"keys\": [{\"kty\": \"oct\", \"k\": \"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\"}]}")]
    public void A_file_without_keys_is_an_error_at_start(string? text)
    {
        File.Delete(_settings.KeysFile);
        if (text is not null)
            File.WriteAllText(_settings.KeysFile, text);
        var problem = Assert.Throws<SettingsException>(() => new SignedTokens(_settings, _time, NullLogger<SignedTokens>.Instance));
        Assert.Contains("SCAILFIN_JWT_KEYS", problem.Problems[0]);
    }

    [Fact]
    public async Task The_service_takes_them_beside_its_own()
    {
        await using Edge edge = await Edge.StartAsync(settings => settings with { Jwt = _settings });
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using HttpClient ada = edge.As(_provider.Sign("ES256", Claims($"\"exp\": {now + 600}")));
        string id = await edge.SubmitAsync(ada);
        Assert.Equal([id], await Users.ListAsync(ada));
        Assert.Equal(403, (await Edge.SendAsync(ada, "GET", "/shutdown")).Status);
        Assert.Equal([id], await Users.ListAsync(edge.Http));
        using HttpClient late = edge.As(_provider.Sign("ES256", Claims($"\"exp\": {now - 61}")));
        Answer answer = await Edge.SendAsync(late, "GET", "/jobs");
        Assert.Equal((401, "The token has expired."), (answer.Status, answer.Message));
    }

    /// <summary>Good ones, but for those that are given.</summary>
    private static string Claims(string more = "")
    {
        string[] claims = ["\"iss\": \"https://id.example.org/\"", "\"aud\": \"scailfin\"", "\"exp\": 1893456600", "\"sub\": \"ada\""];
        string name = more.Split(':')[0];
        return "{" + string.Join(", ", claims.Where(claim => claim.Split(':')[0] != name)
            .Append(more)
            .Where(claim => claim.Length > 0 && !claim.EndsWith("null", StringComparison.Ordinal))) + "}";
    }

    private Task<TokenVerdict> CheckAsync(string token) =>
        new SignedTokens(_settings, _time, NullLogger<SignedTokens>.Instance).CheckAsync(token);
}
