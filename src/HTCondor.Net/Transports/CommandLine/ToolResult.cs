namespace HTCondor.Net.Transports.CommandLine;

/// <summary>The exit code and output of a tool.</summary>
internal sealed record ToolResult(string Tool, int ExitCode, byte[] Output, string ErrorText)
{
    public string OutputText => System.Text.Encoding.UTF8.GetString(Output);
}
