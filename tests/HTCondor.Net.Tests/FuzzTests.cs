using System.Text;
using HTCondor.Net.ClassAds;
using HTCondor.Net.EventLogs;
using HTCondor.Net.Transports.CommandLine;
using HTCondor.Net.Transports.Native;
using Scailfin.Testing.Fuzzing;

namespace HTCondor.Net.Tests;

/// <summary>What HTCondor says, and what is made of it.</summary>
[Collection("fuzz")]
public sealed class FuzzTests
{
    private static readonly string[] EventWords =
    [
        "...\n", "000 (", "005 (001.000.000) ", "012 (1.0.0) 2026-11-24 22:30:03 Job was held.\n", "\tCode 1 Subcode 2\n", "2026-11-24",
        "22:30:03.5Z", "\tReason: ", "(return value ", "(signal ", "\r\n",
        "028 (1.0.0) 11/24 22:30:03 Job ad information event triggered.\n",
    ];

    private static readonly string[] AdWords =
    [
        "undefined", "error", "true", "=?=", "=!=", "&&", "||", "?:", "MY.", "TARGET.", "strcat(", "ifThenElse(", "real(\"NaN\")", "[a=1]",
        "{1,2}", "\\/Expr(", ")\\/", "\\u0000", "\\ud800", "//", "/*", "is", "isnt", "parent.",
    ];

    [Fact]
    public async Task An_event_log_of_any_content_is_read_to_its_end()
    {
        string log = Path.GetTempFileName();
        try
        {
            await new FuzzRun("event-logs", EventWords) { MostBytesPerByte = 200 }.ReadAsync(1500, input =>
            {
                File.WriteAllBytes(log, input);
                return new JobEventLog(log).Read().Sum(batch => batch.Events.Count(one => one.IsReadable)) > 0;
            });
        }
        finally
        {
            File.Delete(log);
        }
    }

    [Fact]
    public Task Any_output_of_the_tools_is_a_typed_error_and_results_of_jobs() =>
        new FuzzRun("tool-outputs", ["SECMAN:2004:", "SCHEDD:13:", "Permission denied to remove job 1.0\n", "Job 1.0 held\n", ": (null)"])
        {
            MostBytesPerByte = 200,
        }.ReadAsync(3000, input =>
        {
            string text = Encoding.UTF8.GetString(input);
            HTCondorError error = ToolErrors.Of(new ToolResult("condor_q", 1, input, text));
            Assert.InRange(error.Text.Length, 1, 4000);
            return ActionOutput.Read(text).Count > 0;
        });

    [Fact]
    public Task Any_line_of_the_worker_is_a_reply_or_a_FormatException() =>
        new FuzzRun("worker-replies", [.. AdWords, "{\"id\":7,\"ad\":", "{\"id\":", "\"hello\":{", "\"except\":\"", "}"])
        {
            MostBytesPerByte = 400,
            IsExpected = exception => exception is FormatException,
        }.ReadAsync(3000, input =>
        {
            ReadOnlySpan<byte> line = input.AsSpan().TrimEnd("\n"u8);
            return ReplyLine.TryReadAd(line, out _, out _) || ReplyLine.Parse(line).Id >= 0;
        });

    [Fact]
    public Task Any_text_is_an_expression_or_a_problem() =>
        new FuzzRun("class-ads", AdWords) { MostBytesPerByte = 1000 }.ReadAsync(3000, input =>
        {
            bool read = ClassAdExpression.TryParse(Encoding.UTF8.GetString(input), out ClassAdExpression? expression, out string? problem);
            if (read)
                Assert.True(ClassAdExpression.TryParse(expression!.Text, out _, out problem), $"{expression.Text}: {problem}");
            Assert.InRange(problem?.Length ?? 0, 0, 2000);
            return read;
        });
}
