using System.Text;
using CsCheck;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>
/// Contract A.5: base64 as CPython's <c>b64decode(validate=False)</c> reads it, then strict UTF-8. Expected values come from CPython.
/// </summary>
public sealed class CommandTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private const string Padding = "Not a valid command: incorrect base64 padding.";
    private const string Length = "Not a valid command: the number of base64 characters cannot be 1 more than a multiple of 4.";
    private const string NotUtf8 = "Not a valid command: what the base64 text encodes is not UTF-8.";

    [Theory]
    [InlineData("", "")]
    [InlineData("ZWNobyBoaQ==", "echo hi")]
    [InlineData("ZWNo byBo\naQ=\t=", "echo hi")]
    [InlineData("Z!W@N#o$", "ech")]
    [InlineData("ZWNobyBoaQ==ignored", "echo hi")]
    [InlineData("ZWNobyBoaQ======", "echo hi")]
    [InlineData("ZW=No", "ech")]
    [InlineData("=ZWNo", "ech")]
    [InlineData("Z=WNo", "ech")]
    [InlineData("ZWN=o", "ec")]
    [InlineData("ZR==", "e")]
    [InlineData("====", "")]
    [InlineData("w6k=", "é")]
    [InlineData("8J+YgA==", "\U0001f600")]
    public void A_command_is_read_leniently(string encoded, string expected)
    {
        Assert.True(CommandEncoding.TryDecode(encoded, out string? command, out string? problem), problem);
        Assert.Equal(expected, command);
    }

    [Theory]
    [InlineData("ZWNobyBoaQ", Padding)]
    [InlineData("ZWNobyBoaQ=", Padding)]
    [InlineData("ZWN", Padding)]
    [InlineData("Z===", Length)]
    [InlineData("ZWNobyBoa", Length)]
    [InlineData("/w==", NotUtf8)]
    [InlineData("7aCA", NotUtf8)]
    [InlineData("w6ké", "Not a valid command: base64 text consists of ASCII characters only.")]
    [InlineData("YQBi", "Not a valid command: it contains the character NUL.")]
    public Task Another_command_is_refused_with_the_rule(string encoded, string rule) =>
        fixture.Edge.RefusesAsync(fixture.Edge.Request($"\"cmd\": \"{encoded}\""), $$"""{"cmd":["{{rule}}"]}""");

    [Fact]
    public async Task Readers_get_plain_text_never_base64()
    {
        const string Command = "cd /w && echo \"$HOME\" | sed 's/é/e/'";
        string id =
            (await fixture.Edge.SubmitAsync($"\"cmd\": \"{Convert.ToBase64String(Encoding.UTF8.GetBytes(Command))}\"")).Id.ToString();
        Assert.Equal(Command, (await fixture.Edge.GetAsync($"/jobs/{id}")).Json.GetProperty("cmd").GetString());
    }

    [Fact]
    public void What_a_client_encodes_is_read_back_with_noise_in_it() =>
        Gen.Select(Gen.String[0, 40], Gen.String[Gen.Char[" \n\t\r-_!\"#"], 0, 5]).Sample((text, noise) =>
        {
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            string encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
            string noisy = string.Join(noise, encoded.Chunk(3).Select(chunk => new string(chunk)));
            return CommandEncoding.TryDecode(noisy, out string? command, out _) && command == text;
        });
}
