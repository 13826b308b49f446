namespace Scailfin.Core.Lifecycle;

/// <summary>A piece of what a job wrote.</summary>
/// <param name="Offset">Where it begins, in bytes of the log as it is stored in the end.</param>
/// <param name="NextOffset">Where the next chunk begins, and where a client goes on after an interruption.</param>
/// <param name="Text">Its bytes as UTF-8; what is not, is replaced.</param>
/// <param name="IsLast">Whether the job is terminal and nothing follows.</param>
public sealed record LogChunk(long Offset, long NextOffset, string Text, bool IsLast);
