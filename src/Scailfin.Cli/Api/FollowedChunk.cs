namespace Scailfin.Cli.Api;

/// <summary>A line of a log that is followed; empty if the line is only a heartbeat.</summary>
internal sealed record FollowedChunk(string Text, long NextOffset, bool IsLast, string Status);
