using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Subscriptions.Server.Tests.Fixtures;

/// <summary>Keeps what the server logs.</summary>
internal sealed class LogSink : ILoggerProvider
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();
    private volatile bool _areErrorsExpected;

    /// <summary>What was logged so far.</summary>
    public IReadOnlyCollection<LogEntry> Entries => [.. _entries];

    /// <summary>Errors are part of the test.</summary>
    public void ExpectErrors() => _areErrorsExpected = true;

    /// <summary>Logs here instead of to the console.</summary>
    public void ReplaceConsole(WebApplicationBuilder builder)
    {
        builder.Services.RemoveAll<ILoggerProvider>();
        builder.Logging.AddProvider(this);
    }

    /// <summary>Fails when there was an error that the test did not announce.</summary>
    public void AssertNoUnexpectedErrors()
    {
        if (!_areErrorsExpected) Assert.DoesNotContain(_entries, e => e.Level >= LogLevel.Error);
    }

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _entries);

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<LogEntry> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            entries.Enqueue(new LogEntry(category, logLevel, eventId.Id, formatter(state, exception), exception));
    }
}

/// <summary>One event of the log.</summary>
internal sealed record LogEntry(string Category, LogLevel Level, int EventId, string Text, Exception? Exception);
