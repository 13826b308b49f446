namespace HTCondor.Net.Transports.CommandLine;

/// <summary>What a tool left behind.</summary>
internal sealed record ToolResult(string Tool, int ExitCode, byte[] Output, string ErrorText)
{
    public string OutputText => System.Text.Encoding.UTF8.GetString(Output);
}
