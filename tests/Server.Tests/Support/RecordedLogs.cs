using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>Keeps what the program logs, with the exceptions.</summary>
internal sealed class RecordedLogs : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _warnings = new();

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Those of them that an operator is to read.</summary>
    public IReadOnlyCollection<string> Warnings => _warnings;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{formatter(state, exception)} {exception}";
        _lines.Enqueue(line);
        if (logLevel >= LogLevel.Warning)
        {
            _warnings.Enqueue(line);
        }
    }

    public void Dispose()
    {
    }
}
