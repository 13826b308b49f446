using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Scailfin.Testing;

/// <summary>Keeps lines of the log, warnings and errors unless more are asked for, for a test to look at.</summary>
public class KeptLog(LogLevel lowest = LogLevel.Warning) : ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];

    /// <summary>The lines so far.</summary>
    public IReadOnlyCollection<string> Lines => [.. _lines];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _lines.Enqueue(formatter(state, exception));
    }
}

/// <inheritdoc cref="KeptLog"/>
public sealed class KeptLog<T>(LogLevel lowest = LogLevel.Warning) : KeptLog(lowest), ILogger<T>;
