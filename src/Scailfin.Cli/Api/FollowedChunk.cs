namespace Scailfin.Cli.Api;

/// <summary>A line of a log that is followed; empty where the service only says that it is still there.</summary>
internal sealed record FollowedChunk(string Text, long NextOffset, bool IsLast, string Status);
