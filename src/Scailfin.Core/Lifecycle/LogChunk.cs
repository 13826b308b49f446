namespace Scailfin.Core.Lifecycle;

/// <summary>A piece of what a job wrote.</summary>
/// <param name="Offset">The offset of the chunk's beginning, in bytes of the log as it is finally stored.</param>
/// <param name="NextOffset">The offset of the next chunk, from which a client continues after an interruption.</param>
/// <param name="Text">The chunk's bytes as UTF-8; invalid bytes are replaced.</param>
/// <param name="IsLast">Whether the job is terminal and nothing follows.</param>
public sealed record LogChunk(long Offset, long NextOffset, string Text, bool IsLast);
