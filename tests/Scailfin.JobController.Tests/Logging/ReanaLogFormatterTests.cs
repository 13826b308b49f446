using System.Text.RegularExpressions;
using CsCheck;
using Scailfin.JobController.Logging;
using Serilog.Events;
using Serilog.Parsing;

namespace Scailfin.JobController.Tests.Logging;

public sealed partial class ReanaLogFormatterTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 10, 32, 1, 386, TimeSpan.Zero);
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), "test", "test");

    [Fact]
    public void A_line_has_reanas_five_fields() =>
        Assert.Equal("2026-11-22 11:32:01,386 | root | MainThread | ERROR | no disk\n", Format(LogEventLevel.Error, "no disk"));

    [Theory]
    [InlineData(LogEventLevel.Verbose, "DEBUG")]
    [InlineData(LogEventLevel.Debug, "DEBUG")]
    [InlineData(LogEventLevel.Information, "INFO")]
    [InlineData(LogEventLevel.Warning, "WARNING")]
    [InlineData(LogEventLevel.Error, "ERROR")]
    [InlineData(LogEventLevel.Fatal, "CRITICAL")]
    public void Levels_have_pythons_names(LogEventLevel level, string name) =>
        Assert.Contains($" | {name} | ", Format(level, "text"), StringComparison.Ordinal);

    [Fact]
    public void Texts_in_a_message_have_no_quotes()
    {
        var property = new LogEventProperty("Job", new ScalarValue("reana-run-job-1"));
        var entry = new LogEvent(At, LogEventLevel.Warning, null, new MessageTemplateParser().Parse("Job {Job} failed"), [property]);
        Assert.EndsWith(" | Job reana-run-job-1 failed\n", Write(entry), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\r\nb")]
    [InlineData("a\rb")]
    [InlineData("a\u2028b")]
    [InlineData("a\u2029b")]
    [InlineData("a\u0085b")]
    [InlineData("a\vb\n")]
    public void Each_line_of_a_message_has_the_full_prefix(string message) =>
        Assert.Equal(
            ["a", "b"], Lines(Format(LogEventLevel.Warning, message)).Select(line => FiveFields().Match(line).Groups["message"].Value));

    [Fact]
    public void Each_line_of_an_exception_has_the_full_prefix()
    {
        string[] lines = Lines(Format(LogEventLevel.Error, "failed", new InvalidOperationException("first\nsecond")));
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Matches(FiveFields(), line));
    }

    [Fact]
    public void Control_characters_are_escaped_but_for_tabs() =>
        Assert.EndsWith(" | a\\x1b[2Jb\\x00\\x7fc\td\n", Format(LogEventLevel.Error, "a\x1b[2Jb\0\x7f" + "c\td"), StringComparison.Ordinal);

    [Fact]
    public void Nobody_can_forge_a_line() =>
        Gen.Select(Gen.String, Gen.Int[0, 7].Select(n => new[] { "\n", "\r", "\r\n", "\u2028", "\f", "\x1e", "\x85", "\x1b" }[n]))
            .Sample((text, end) =>
            {
                const string Forged = "2026-11-22 11:32:01,386 | root | MainThread | ERROR | forged";
                string[] lines = Lines(Format(LogEventLevel.Information, text + end + Forged));
                return lines.All(line => FiveFields().Match(line) is { Success: true } match
                    && match.Groups["level"].Value == "INFO"
                    && !line.Any(letter => char.IsControl(letter) && letter != '\t'));
            });

    private static string Format(LogEventLevel level, string message, Exception? exception = null)
    {
        // A property, not the template: text from outside is no template.
        var property = new LogEventProperty("Text", new ScalarValue(message));
        return Write(new LogEvent(At, level, exception, new MessageTemplateParser().Parse("{Text}"), [property]));
    }

    private static string Write(LogEvent entry)
    {
        using var writer = new StringWriter();
        new ReanaLogFormatter(Zone).Format(entry, writer);
        return writer.ToString();
    }

    private static string[] Lines(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text[..^1].Split(
            ["\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"], StringSplitOptions.None);
    }

    /// <summary>What REANA's log collector expects: logger and thread are letters and digits only (contract B.7).</summary>
    [GeneratedRegex(
        @"\A(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) \| (?<logger>[A-Za-z0-9]+) \| (?<thread>[A-Za-z0-9]+) "
            + @"\| (?<level>[A-Z]+) \| (?<message>.*)\z",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex FiveFields();
}
