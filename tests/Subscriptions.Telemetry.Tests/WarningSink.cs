using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Subscriptions.TestKit;

namespace Subscriptions.Telemetry.Tests;

/// <summary>Keeps warnings and errors of a log.</summary>
internal sealed class WarningSink : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _texts = new();
    private readonly SemaphoreSlim _came = new(0);

    public IReadOnlyList<string> Texts => [.. _texts];

    /// <summary>Waits for a warning with these words.</summary>
    public async Task WaitForAsync(string words)
    {
        while (!_texts.Any(t => t.Contains(words, StringComparison.Ordinal))) await _came.WaitAsync().Within();
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        _texts.Enqueue(formatter(state, exception));
        _came.Release();
    }

    public void Dispose()
    {
    }
}
