using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Scailfin.Testing;

/// <summary>Keeps the lines of warnings and errors for a test to look at.</summary>
public class KeptWarnings : ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];

    /// <summary>The lines so far.</summary>
    public IReadOnlyCollection<string> Lines => [.. _lines];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _lines.Enqueue(formatter(state, exception));
    }
}

/// <inheritdoc cref="KeptWarnings"/>
public sealed class KeptWarnings<T> : KeptWarnings, ILogger<T>;
