using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Scailfin.JobController.Access;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Tests.Access;

/// <summary>users.json, and how the service reads it.</summary>
public sealed class UserTokenTests : IDisposable
{
    private readonly DataDirectory _data = new(Directory.CreateTempSubdirectory("scailfin-users-").FullName);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly UserFile _file;
    private readonly UserTokens _tokens;

    public UserTokenTests()
    {
        _file = new UserFile(_data, _time);
        _tokens = new UserTokens(_data, _time, NullLogger<UserTokens>.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data.Path, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_is_its_users(bool administrator)
    {
        string token = await _file.CreateAsync("ada", administrator, days: null, Cancellation);
        Assert.Equal(new Caller("ada", administrator), Check(token));
        Assert.Null(Check(token[..^1] + (token[^1] == '0' ? '1' : '0')));
        Assert.Null(Check(""));
    }

    [Fact]
    public async Task A_change_is_noticed_a_second_later_and_not_looked_for_before()
    {
        Assert.Null(Check("x"));
        string token = await _file.CreateAsync("ada", administrator: false, days: null, Cancellation);
        Assert.Null(Check(token));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(Check(token));
        Assert.Equal(1, await _file.RevokeAsync("ada", Cancellation));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Check(token));
    }

    [Fact]
    public async Task An_expired_token_is_refused_with_that_reason()
    {
        string token = await _file.CreateAsync("ada", administrator: false, days: 2, Cancellation);
        _time.Advance(TimeSpan.FromDays(2) - TimeSpan.FromSeconds(1));
        Assert.NotNull(Check(token));
        _time.Advance(TimeSpan.FromSeconds(1));
        TokenVerdict verdict = _tokens.Check(AdministratorToken.Digest(token))!;
        Assert.False(verdict.IsAllowed);
        Assert.Contains("expired", verdict.Reason);
    }

    [Fact]
    public async Task A_user_may_have_several_and_loses_all_of_them_at_once()
    {
        string first = await _file.CreateAsync("ada", administrator: false, days: null, Cancellation);
        string second = await _file.CreateAsync("ada", administrator: false, days: 1, Cancellation);
        string other = await _file.CreateAsync("bob", administrator: false, days: null, Cancellation);
        Assert.Equal(("ada", "ada", "bob"), (Check(first)?.User, Check(second)?.User, Check(other)?.User));
        Assert.Equal(2, await _file.RevokeAsync("ada", Cancellation));
        Assert.Equal(0, await _file.RevokeAsync("ada", Cancellation));
        Assert.Equal("bob", Assert.Single(_file.List()).User);
    }

    [Fact]
    public async Task The_file_is_the_users_own_and_has_digests_only()
    {
        string token = await _file.CreateAsync("ada", administrator: false, days: 1, Cancellation);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_data.UsersFile));
        string text = await File.ReadAllTextAsync(_data.UsersFile, Cancellation);
        Assert.DoesNotContain(token, text);
        Assert.Contains(Convert.ToHexStringLower(AdministratorToken.Digest(token)), text);
        Assert.DoesNotContain(Directory.EnumerateFiles(_data.Path), file => file.EndsWith(".new", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Commands_at_the_same_time_lose_nothing()
    {
        var real = new UserFile(_data, TimeProvider.System);
        await Task.WhenAll(
            Enumerable.Range(0, 20).Select(index => Task.Run(() => real.CreateAsync($"u{index}", false, null, Cancellation))));
        Assert.Equal(20, _file.List().Select(token => token.User).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"tokens\": [{}]}")]
    [InlineData("{\"tokens\": [{\"user\": null, \"administrator\": true, \"sha256\": \"\", "
        + "\"created_at\": \"2030-01-01T00:00:00Z\", \"expires_at\": null}]}")]
    [InlineData("{\"tokens\": [{\"user\": \"x\", \"administrator\": true, \"sha256\": \"zz\", "
        + "\"created_at\": \"2030-01-01T00:00:00Z\", \"expires_at\": null}]}")]
    public async Task While_the_file_is_damaged_nobody_has_a_token(string text)
    {
        string token = await _file.CreateAsync("ada", administrator: false, days: null, Cancellation);
        string good = await File.ReadAllTextAsync(_data.UsersFile, Cancellation);
        Assert.NotNull(Check(token));
        await File.WriteAllTextAsync(_data.UsersFile, text, Cancellation);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Check(token));
        Assert.Contains(_data.UsersFile, Assert.Throws<IOException>(() => _file.List()).Message);
        await File.WriteAllTextAsync(_data.UsersFile, good, Cancellation);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(Check(token));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("Ada.L_1@cern-ch", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("é", false)]
    [InlineData("a/b", false)]
    [InlineData("a\n", false)]
    public void Names_are_plain(string name, bool valid)
    {
        Assert.Equal(valid, UserName.IsValid(name));
        Assert.True(UserName.IsValid(new string('a', 64)));
        Assert.False(UserName.IsValid(new string('a', 65)));
    }

    private Caller? Check(string token) => _tokens.Check(AdministratorToken.Digest(token))?.Caller;
}
