namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary><c>Bytes</c>: With the newline at its end, except for the last line of a container that ended without one.</summary>
public sealed record LogLine(DateTimeOffset At, byte[] Bytes);
