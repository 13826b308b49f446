using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Scailfin.JobController.Access;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Access;

/// <summary>An answer that is still being sent ends with the token that asked for it.</summary>
public sealed class RevokedStreamTests
{
    private const string Runs = "\"cmd\": \"c2xlZXA=\"";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_log_that_is_followed_ends_once_its_users_token_is_revoked_and_others_go_on()
    {
        await using Edge edge = await StartAsync();
        using HttpClient ada = await edge.UserAsync("ada");
        string id = await edge.SubmitAsync(ada, Runs);
        using StreamReader hers = await FollowAsync(ada, id);
        using StreamReader administrators = await FollowAsync(edge.Http, id);
        await new UserFile(edge.Data, TimeProvider.System).RevokeAsync("ada", Cancellation);
        string rest = await Eventually.EndAsync(hers.ReadToEndAsync(Cancellation), "the stream ends");
        Assert.DoesNotContain("\"last\":true", rest);
        Assert.Equal(401, (await Edge.SendAsync(ada, "GET", $"/jobs/{id}/logs?follow=true")).Status);
        for (int beats = 0; beats < 3; beats++)
            Assert.False((await LineAsync(administrators)).GetProperty("last").GetBoolean());
    }

    [Fact]
    public async Task A_log_that_is_followed_ends_once_its_signed_token_has_expired()
    {
        using var provider = new IdentityProvider();
        string keys = Path.GetTempFileName();
        await File.WriteAllTextAsync(keys, provider.Keys(), Cancellation);
        var time = new HurriedTime(100);
        await using Edge edge = await StartAsync(new JwtSettings { Issuer = "i", Audience = "a", KeysFile = keys }, time);
        long expiry = time.GetUtcNow().ToUnixTimeSeconds() + 600;
        using HttpClient ada = edge.As(provider.Sign("ES256", $$"""{"iss": "i", "aud": "a", "sub": "ada", "exp": {{expiry}}}"""));
        using StreamReader lines = await FollowAsync(ada, await edge.SubmitAsync(ada, Runs));
        string rest = await Eventually.EndAsync(lines.ReadToEndAsync(Cancellation), "the stream ends");
        Assert.DoesNotContain("\"last\":true", rest);
        File.Delete(keys);
    }

    private static Task<Edge> StartAsync(JwtSettings? signed = null, TimeProvider? time = null) => Edge.StartAsync(
        settings => settings with { Jwt = signed }, services => services.AddSingleton(time ?? new HurriedTime(100)));

    /// <summary>Follows a log, and has read its first line.</summary>
    private static async Task<StreamReader> FollowAsync(HttpClient http, string id)
    {
        var lines = new StreamReader(await http.GetStreamAsync(new Uri($"/jobs/{id}/logs?follow=true", UriKind.Relative), Cancellation));
        await LineAsync(lines);
        return lines;
    }

    private static async Task<JsonElement> LineAsync(StreamReader lines)
    {
        string? line = await Eventually.EndAsync(lines.ReadLineAsync(Cancellation).AsTask(), "a line of the log");
        return JsonDocument.Parse(line!).RootElement;
    }
}
