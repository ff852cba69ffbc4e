using System.Globalization;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Server.Grpc.Errors;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Telemetry.Instruments;
using Subscriptions.Server.Telemetry.Tracing;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>One worker's conversation as figures, log and errors see it. Disposing takes it out of the figures.</summary>
internal sealed partial class WorkerPresence(
    SubscriptionEntry entry, WorkerInfo worker, WorkerConnections connections, LeaseMetrics.Account account, ILogger logger) : IDisposable
{
    // The one reason that nobody is told, so that the contract has no name for it.
    private const string Vanished = "DISCONNECTED";

    private FencingToken? _token;

    /// <summary>What the worker has and has not acked.</summary>
    public InFlightCounter InFlight { get; } = new();

    /// <summary>The spans of what the worker has and has not acked.</summary>
    public DeliverySpans Spans { get; } = new(entry.Definition.Database.Value, entry.Definition.Name, worker.Name);

    private SubscriptionDefinition Definition => entry.Definition;

    /// <summary>The worker has the lease. Once.</summary>
    public void Opened(FencingToken token)
    {
        _token = token;
        connections.Opened(entry.Id, token, InFlight);
        account.Opened();
        Log.Opened(logger, worker.Name, worker.Address, Definition.Database.Value, Definition.Name, token.Value, worker.Strategy);
    }

    /// <summary>The conversation is over. One that never had the lease was refused, which is the call's affair.</summary>
    /// <param name="reason">Why; null when it ended well.</param>
    public void Ended(EngineException? reason)
    {
        if (_token is not { } token) return;
        Spans.Ended(reason is null ? "CLOSED" : ErrorStatus.NameOf(reason.Code));
        if (reason is null) Log.Finished(logger, worker.Name, worker.Address, Definition.Database.Value, Definition.Name, token.Value);
        else Log.Ended(logger, worker.Name, worker.Address, Definition.Database.Value, Definition.Name, token.Value, reason.Code, reason.Message);
    }

    /// <summary>The conversation is over because the worker is not there any more.</summary>
    public void Disconnected()
    {
        if (_token is not { } token) return;
        Spans.Ended(Vanished);
        Log.Disconnected(logger, worker.Name, worker.Address, Definition.Database.Value, Definition.Name, token.Value);
    }

    /// <summary>The error with what the contract promises besides: which subscription, and, of a lost lease, which is the newer one.</summary>
    public EngineException Describe(EngineException error)
    {
        var described = error.With(("database", Definition.Database.Value), ("subscription", Definition.Name));
        return error.Code == ErrorCode.LeaseLost && _token is { } token
            ? described.With(("fencing_token", Text(token)), ("current_token", Text(entry.Stored.Progress.Token)))
            : described;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // However else the conversation ended, nothing is delivered any more.
        Spans.Ended(ErrorStatus.NameOf(ErrorCode.Internal));
        if (_token is { } token) connections.Closed(entry.Id, token);
    }

    private static string Text(FencingToken token) => token.Value.ToString(CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Workers + 1, LogLevel.Information,
            "Worker {Worker} at {Address} opened {Database}/{Subscription} with token {Token} (strategy {Strategy}).")]
        public static partial void Opened(
            ILogger logger, string worker, string address, string database, string subscription, long token, OpeningStrategy strategy);

        [LoggerMessage(LogEvents.Workers + 2, LogLevel.Information,
            "Worker {Worker} at {Address} finished with {Database}/{Subscription}, token {Token}.")]
        public static partial void Finished(ILogger logger, string worker, string address, string database, string subscription, long token);

        [LoggerMessage(LogEvents.Workers + 3, LogLevel.Information,
            "Worker {Worker} at {Address} left {Database}/{Subscription}, token {Token}: {Reason}. {Explanation}")]
        public static partial void Ended(
            ILogger logger, string worker, string address, string database, string subscription, long token, ErrorCode reason, string explanation);

        [LoggerMessage(LogEvents.Workers + 4, LogLevel.Information,
            "Worker {Worker} at {Address} disconnected from {Database}/{Subscription}, token {Token}.")]
        public static partial void Disconnected(ILogger logger, string worker, string address, string database, string subscription, long token);
    }
}
