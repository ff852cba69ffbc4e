using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Streams;

/// <summary>Why streams and their connections are refused or ended.</summary>
public static class StreamErrors
{
    /// <summary>The database has no such partition.</summary>
    public static EngineException NoPartition(int partition, int count) => new(
        ErrorCode.PartitionNotFound,
        $"The database has partitions 0 to {count - 1}, not {partition}.",
        ("partition", Show(partition)),
        ("partition_count", Show(count)));

    internal static EngineException OutOfRange(string field, long value, long limit, string problem) => new(
        ErrorCode.OutOfRange,
        $"stream_open.{field}: {value} {problem}, {limit}.",
        ("field", $"stream_open.{field}"),
        ("value", Show(value)),
        ("limit", Show(limit)));

    internal static EngineException Exists(uint id) => new(
        ErrorCode.StreamExists, $"The connection has a stream {id}; its id is free again when it has ended.", ("stream_id", Show(id)));

    internal static EngineException NoStream(uint id) =>
        new(ErrorCode.StreamNotFound, $"The connection has no stream {id}.", ("stream_id", Show(id)));

    internal static EngineException TooManyStreams(int limit) => TooMany(
        limit, "Limits:PartitionStreams", $"The connection has {limit} streams, which is the limit (Limits:PartitionStreams).");

    internal static EngineException TooManyConnections(int limit) => TooMany(
        limit, "Limits:StreamConnections", $"{limit} connections for partition streams are open, which is the limit (Limits:StreamConnections).");

    internal static EngineException Replaced(DatabaseName database, string name) => new(
        ErrorCode.ConnectionReplaced,
        $"Another connection '{name}' to database '{database}' was opened.",
        ("database", database.Value),
        ("name", name));

    internal static EngineException Silent(TimeSpan silence) => new(
        ErrorCode.ClientSilent,
        $"Nothing was heard from the client for {silence.TotalMilliseconds} ms (idle_timeout); reconnect.",
        ("silence_ms", silence.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)));

    internal static EngineException ShuttingDown() => new(ErrorCode.ShuttingDown, "The server is stopping; connect again in a moment.");

    internal static EngineException Closed(FeedClosing because) => because == FeedClosing.HistoryChanged
        ? new EngineException(ErrorCode.HistoryChanged, "The database was restored or rewound; reconnect to go on from where its history goes on.")
        : new EngineException(ErrorCode.DatabaseDropped, "The database was dropped.");

    private static EngineException TooMany(int limit, string setting, string message) =>
        new(ErrorCode.LimitExceeded, message, ("limit", Show(limit)), ("setting", setting));

    private static string Show(long value) => value.ToString(CultureInfo.InvariantCulture);
}
