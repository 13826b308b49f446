using System.Diagnostics;
using System.Text;
using Scailfin.Cli.Output;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.Testing;

namespace Scailfin.Cli.Tests.Output;

/// <summary>What a job says reaches a terminal as text that can be seen, and a pipe as it is.</summary>
public sealed class TerminalTextTests
{
    /// <summary>Clears the screen, sets the window's title, writes from right to left, and the same with C1 controls.</summary>
    private const string Hostile = "a\u001b[2J\u001b]0;root#\u0007\u202eb\u2066\u009b31m\u007f\rc";

    private const string Visible = "a^[[2J^[]0;root#^G<U+202E>b<U+2066><U+009B>31m^?^Mc";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_job_writes_is_visible_on_a_terminal_and_as_it_is_in_a_pipe()
    {
        await using Edge edge = await Edge.StartAsync();
        edge.Backend.Output = Hostile;
        string id = (await edge.SubmitAsync()).Id.ToString();
        await Eventually.TrueAsync(
            async () => (await edge.GetAsync($"/jobs/{id}")).Json.GetProperty("status").GetString() == "finished", "the job ends");
        foreach (string[] words in (string[][])[["jobs", "logs", id], ["jobs", "logs", id, "--follow"]])
        {
            Assert.Contains(Visible, await RunAsync(edge, isTerminal: true, words));
            Assert.Contains(Hostile, await RunAsync(edge, isTerminal: false, words));
        }
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show")]
    public async Task What_a_job_is_called_is_visible_on_a_terminal_and_as_it_is_in_a_pipe(string command)
    {
        await using Edge edge = await Edge.StartAsync();
        string text = Convert.ToBase64String(Encoding.UTF8.GetBytes(Hostile));
        string id = (await edge.SubmitAsync($"\"cmd\": \"{text}\"")).Id.ToString();
        string[] words = command == "list" ? ["jobs", "list"] : ["jobs", "show", id];
        Assert.Contains(Visible.Replace("^M", " ", StringComparison.Ordinal), await RunAsync(edge, isTerminal: true, words));
        Assert.Contains(Hostile.Replace('\r', ' '), await RunAsync(edge, isTerminal: false, words));
    }

    [Fact]
    public async Task An_error_is_visible_on_a_terminal()
    {
        await using Edge edge = await Edge.StartAsync();
        string terminal = await RunAsync(edge, isTerminal: true, ["jobs", "show", Hostile.Replace('\r', '.')]);
        Assert.Contains($"The job {Visible.Replace("^M", ".", StringComparison.Ordinal)} doesn't exist", terminal);
    }

    [Theory]
    [InlineData("plain é \U0001f600\ttext\r\nline\n", "plain é \U0001f600\ttext\nline\n")]
    [InlineData("10 %\r20 %\r\r\n", "10 %^M20 %^M\n")]
    [InlineData("\0\b\u0085\u200e\u061c", "^@^H<U+0085><U+200E><U+061C>")]
    public void A_text_is_the_same_in_whatever_pieces_it_comes(string text, string expected)
    {
        for (int size = 1; size <= text.Length; size++)
        {
            using var terminal = new StringWriter();
            using var writer = new VisibleWriter(terminal);
            foreach (char[] piece in text.Chunk(size))
                writer.Write(piece);
            Assert.Equal(expected, terminal.ToString());
        }
    }

    private static async Task<string> RunAsync(Edge edge, bool isTerminal, string[] words)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "scailfin");
        ProcessStartInfo start = isTerminal
            ? new ProcessStartInfo("script")
            {
                ArgumentList = { "--quiet", "--return", "--command", "stty cols 250; exec \"$PROGRAM\" $WORDS", "/dev/null" },
            }
            : new ProcessStartInfo(program, words);
        start.RedirectStandardOutput = true;
        start.RedirectStandardInput = true;
        start.Environment["PROGRAM"] = program;
        start.Environment["WORDS"] = string.Join(' ', words);
        start.Environment["TERM"] = "xterm";
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["SCAILFIN_URL"] = edge.Http.BaseAddress!.AbsoluteUri;
        start.Environment["SCAILFIN_TOKEN"] = edge.Http.DefaultRequestHeaders.Authorization!.Parameter;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        string text = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return text;
    }
}
