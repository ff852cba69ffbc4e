using Subscriptions.Core.Queries;

namespace Subscriptions.Server.Settings;

/// <summary>How much of everything the server takes.</summary>
internal sealed record LimitsOptions
{
    /// <summary>The most databases. Default 100.</summary>
    public int Databases { get; init; } = 100;

    /// <summary>The most subscriptions of one database. Default 10,000.</summary>
    public int SubscriptionsPerDatabase { get; init; } = 10_000;

    /// <summary>The most workers connected at a time, waiting ones included. Default 10,000.</summary>
    public int WorkerConnections { get; init; } = 10_000;

    /// <summary>The most feeds that follow a log at a time: long polls and live feeds, over gRPC and HTTP. Default 20,000.</summary>
    public int FeedListeners { get; init; } = 20_000;

    /// <summary>The most connections for partition streams at a time. Default 1000.</summary>
    public int StreamConnections { get; init; } = 1000;

    /// <summary>The most partition streams of one connection. Default 1024.</summary>
    public int PartitionStreams { get; init; } = 1024;

    /// <summary>The largest body of a request over HTTP, in bytes. Default 8 MiB.</summary>
    public int HttpBodyBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>The largest message that a caller may send, in bytes. Default 4 MiB.</summary>
    public int RequestBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The most calls at a time on one connection. Default 1024.</summary>
    public int StreamsPerConnection { get; init; } = 1024;

    /// <summary>What each database's newest changes may take in memory, in bytes. Default 4 MiB.</summary>
    public int TailBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>What a query may ask for, and what evaluating it may take for one document.</summary>
    public QueryLimits Queries { get; init; } = QueryLimits.Default;
}
