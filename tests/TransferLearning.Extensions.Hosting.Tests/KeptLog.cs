using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TransferLearning.Extensions.Hosting.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class KeptLog : ILogger, ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Message)> Entries { get; } = [];

    public IEnumerable<string> Errors => Entries.Where(entry => entry.Level == LogLevel.Error).Select(entry => entry.Message);

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue((logLevel, formatter(state, exception)));

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }
}
