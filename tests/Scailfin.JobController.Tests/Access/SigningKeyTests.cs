using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Scailfin.JobController.Access;
using Scailfin.JobController.Settings;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Access;

/// <summary>The file with the identity provider's keys is a regular file, and what counts is its content.</summary>
public sealed class SigningKeyTests : IDisposable
{
    private readonly IdentityProvider _provider = new();
    private readonly IdentityProvider _next = new();
    private readonly FakeTimeProvider _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("scailfin-keys-").FullName;

    private string KeysFile => Path.Combine(_folder, "keys.json");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _provider.Dispose();
        _next.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_rotation_that_leaves_time_and_length_as_they_were_is_noticed()
    {
        Assert.Equal(_provider.Keys().Length, _next.Keys().Length);
        DateTime written = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.WriteAllText(KeysFile, _provider.Keys());
        File.SetLastWriteTimeUtc(KeysFile, written);
        SigningKeys keys = Keys();
        byte[] before = Modulus(keys);
        File.WriteAllText(KeysFile, _next.Keys());
        File.SetLastWriteTimeUtc(KeysFile, written);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(before, Modulus(keys));
    }

    [Fact]
    public async Task A_pipe_is_refused_at_the_start_and_not_waited_for()
    {
        await MakePipeAsync();
        Task<SettingsException> start = Task.Run(() => Assert.Throws<SettingsException>(() => Keys()), Cancellation);
        string problem = Assert.Single((await Eventually.EndAsync(start, "the keys are refused")).Problems);
        Assert.Equal($"SCAILFIN_JWT_KEYS: '{KeysFile}' is a pipe, but must be a regular file.", problem);
    }

    [Theory]
    [InlineData("/dev/null", "a device")]
    [InlineData("/tmp", "a directory")]
    public void What_else_is_no_regular_file_is_refused_with_what_it_is(string target, string kind)
    {
        File.CreateSymbolicLink(KeysFile, target);
        Assert.Contains(kind, Assert.Throws<SettingsException>(() => Keys()).Problems[0]);
    }

    [Fact]
    public async Task Behind_a_pipe_that_takes_the_files_place_the_last_keys_hold()
    {
        File.WriteAllText(KeysFile, _provider.Keys());
        SigningKeys keys = Keys();
        byte[] before = Modulus(keys);
        File.Delete(KeysFile);
        await MakePipeAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(before, await Eventually.EndAsync(Task.Run(() => Modulus(keys), Cancellation), "the keys are looked at"));
    }

    private SigningKeys Keys() => new(KeysFile, _time, NullLogger.Instance);

    private static byte[] Modulus(SigningKeys keys) =>
        Assert.IsType<Microsoft.IdentityModel.Tokens.RsaSecurityKey>(Assert.Single(keys.Find("r"))).Parameters.Modulus!;

    private async Task MakePipeAsync()
    {
        using var make = Process.Start(new ProcessStartInfo("mkfifo") { ArgumentList = { KeysFile } })!;
        await make.WaitForExitAsync(Cancellation);
    }
}
