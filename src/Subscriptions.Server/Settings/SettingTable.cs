using Subscriptions.Core.Queries;

namespace Subscriptions.Server.Settings;

/// <summary>Every setting that the server has.</summary>
internal static class SettingTable
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    private static readonly TimeSpan ShortTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongTime = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestEvaluation = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestEvaluation = TimeSpan.FromMinutes(1);

    /// <summary>All settings, in the order of the help.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("Server:Data", "--data", "DIR", "./data", "the folder that holds all data",
            (ref s, t) => SettingText.Text(t, ref s, static (s, v) => s with { Server = s.Server with { Data = v } })),
        new("Server:Grpc", "--grpc", "HOST:PORT", "127.0.0.1:50051", "where gRPC is served; port 0 takes a free one",
            (ref s, t) => SettingText.Address(t, ref s, static (s, v) => s with { Server = s.Server with { Grpc = v } })),
        new("Server:Http", "--http", "HOST:PORT", "127.0.0.1:5984", "where HTTP is served; port 0 takes a free one",
            (ref s, t) => SettingText.Address(t, ref s, static (s, v) => s with { Server = s.Server with { Http = v } })),
        new("Server:AllowInsecureBind", "--allow-insecure-bind", null, "false", "listen where others can reach it, without authentication",
            (ref s, t) => SettingText.Switch(t, ref s, static (s, v) => s with { Server = s.Server with { AllowInsecureBind = v } })),
        new("Server:Node", "--node", "NAME", "the machine's name", "how the server calls itself to workers",
            (ref s, t) => SettingText.Text(t, ref s, static (s, v) => s with { Server = s.Server with { Node = v } })),
        new("Server:LogLevel", "--log-level", "LEVEL", "Information", "Trace, Debug, Information, Warning, Error or None",
            (ref s, t) => SettingText.Level(t, ref s, static (s, v) => s with { Server = s.Server with { LogLevel = v } })),
        new("Server:ShutdownTime", "--shutdown-time", "TIME", "600ms", "how long those who are connected may take to be told that the server stops",
            (ref s, t) => SettingText.Time(t, ShortTime, LongTime, ref s, static (s, v) => s with { Server = s.Server with { ShutdownTime = v } })),
        new("Limits:Databases", "--max-databases", "N", "100", "the most databases",
            (ref s, t) => SettingText.Number(t, 1, 10_000, ref s, static (s, v) => s with { Limits = s.Limits with { Databases = v } })),
        new("Limits:SubscriptionsPerDatabase", "--max-subscriptions", "N", "10000", "the most subscriptions of one database",
            (ref s, t) => SettingText.Number(
                t, 1, 1_000_000, ref s, static (s, v) => s with { Limits = s.Limits with { SubscriptionsPerDatabase = v } })),
        new("Limits:WorkerConnections", "--max-workers", "N", "10000", "the most workers connected at a time",
            (ref s, t) => SettingText.Number(t, 1, 1_000_000, ref s, static (s, v) => s with { Limits = s.Limits with { WorkerConnections = v } })),
        new("Limits:WaitingRetries", "--max-waiting-retries", "N", "10000", "how many documents of a subscription may wait for another try before nothing new is delivered",
            (ref s, t) => SettingText.Number(t, 1, 1_000_000, ref s, static (s, v) => s with { Delivery = s.Delivery with { MaxRetries = v } })),
        new("Limits:FeedListeners", "--max-listeners", "N", "20000", "the most feeds that follow a log at a time",
            (ref s, t) => SettingText.Number(t, 1, 1_000_000, ref s, static (s, v) => s with { Limits = s.Limits with { FeedListeners = v } })),
        new("Limits:StreamConnections", "--max-stream-connections", "N", "1000", "the most connections for partition streams at a time",
            (ref s, t) => SettingText.Number(t, 1, 100_000, ref s, static (s, v) => s with { Limits = s.Limits with { StreamConnections = v } })),
        new("Limits:PartitionStreams", "--max-partition-streams", "N", "1024", "the most partition streams of one connection",
            (ref s, t) => SettingText.Number(t, 1, 65_536, ref s, static (s, v) => s with { Limits = s.Limits with { PartitionStreams = v } })),
        new("Limits:HttpBodyBytes", "--max-http-body-bytes", "SIZE", "8MiB", "the largest body of a request over HTTP",
            (ref s, t) => SettingText.Size(t, 64 * KiB, 256 * MiB, ref s, static (s, v) => s with { Limits = s.Limits with { HttpBodyBytes = v } })),
        new("Limits:RequestBytes", "--max-request-bytes", "SIZE", "4MiB", "the largest message that a caller may send",
            (ref s, t) => SettingText.Size(t, 64 * KiB, 256 * MiB, ref s, static (s, v) => s with { Limits = s.Limits with { RequestBytes = v } })),
        new("Limits:StreamsPerConnection", "--max-streams", "N", "1024", "the most calls at a time on one connection",
            (ref s, t) => SettingText.Number(t, 1, 65_536, ref s, static (s, v) => s with { Limits = s.Limits with { StreamsPerConnection = v } })),
        new("Limits:TailBytes", "--tail-bytes", "SIZE", "4MiB", "what each database's newest changes may take in memory",
            (ref s, t) => SettingText.Size(t, 64 * KiB, 1024 * MiB, ref s, static (s, v) => s with { Limits = s.Limits with { TailBytes = v } })),
        new("Limits:QueryBytes", "--max-query-bytes", "SIZE", "64KiB", "the longest query, and the longest values of its parameters",
            (ref s, t) => SettingText.Size(t, 1 * KiB, 1 * MiB, ref s, static (s, v) => WithQueries(s, s.Limits.Queries with { MaxTextBytes = v }))),
        new("Limits:RegexTime", "--regex-time", "TIME", "100ms", "how long a query's regular expressions may take for one document",
            (ref s, t) => SettingText.Time(t, ShortestEvaluation, LongestEvaluation, ref s, static (s, v) => WithQueries(s, s.Limits.Queries with { RegexTime = v }))),
        new("Limits:ScriptTime", "--script-time", "TIME", "250ms", "how long a query's functions may take for one document",
            (ref s, t) => SettingText.Time(t, ShortestEvaluation, LongestEvaluation, ref s, static (s, v) => WithQueries(s, s.Limits.Queries with { ScriptTime = v }))),
        new("Limits:ScriptStatements", "--script-statements", "N", "100000", "how many statements a query's functions may execute for one document",
            (ref s, t) => SettingText.Number(t, 100, 1_000_000_000, ref s, static (s, v) => WithQueries(s, s.Limits.Queries with { ScriptStatements = v }))),
        new("Limits:ScriptRecursion", "--script-recursion", "N", "64", "how many calls of a query's functions may be under way, one within the other",
            (ref s, t) => SettingText.Number(t, 1, 1000, ref s, static (s, v) => WithQueries(s, s.Limits.Queries with { ScriptRecursion = v }))),
        new("Limits:ScriptMemory", "--script-memory", "SIZE", "64MiB", "what a query's functions may allocate for one document, garbage included",
            (ref s, t) => SettingText.Size(t, 1 * MiB, 1024 * MiB, ref s, static (s, v) => WithQueries(s, s.Limits.Queries with { ScriptMemoryBytes = v }))),
        new("Http:CorsOrigins", "--cors-origins", "LIST", "none", "the origins, with commas between, whose pages may use the HTTP face; `*`: all, without credentials",
            (ref s, t) => SettingText.Origins(t, ref s, static (s, v) => s with { Http = s.Http with { CorsOrigins = v } })),
        new("Metrics:Subscriptions", "--metrics-subscriptions", "N", "1000", "how many subscriptions have metrics of their own",
            (ref s, t) => SettingText.Number(t, 0, 100_000, ref s, static (s, v) => s with { Metrics = s.Metrics with { Subscriptions = v } })),
        new("Delivery:HeartbeatInterval", "--heartbeat-interval", "TIME", "12s", "how often heartbeats are sent",
            (ref s, t) => SettingText.Time(
                t, ShortTime, LongTime, ref s, static (s, v) => s with { Delivery = s.Delivery with { HeartbeatInterval = v } })),
        new("Delivery:SilenceTimeout", "--silence-timeout", "TIME", "30s", "how long a worker may be silent before it is closed",
            (ref s, t) => SettingText.Time(
                t, ShortTime, LongTime, ref s, static (s, v) => s with { Delivery = s.Delivery with { SilenceTimeout = v } })),
        new("Delivery:OpenTimeout", "--open-timeout", "TIME", "10s", "how long a worker may take to say what it opens",
            (ref s, t) => SettingText.Time(t, ShortTime, LongTime, ref s, static (s, v) => s with { OpenTimeout = v })),
    ];

    private static ServerSettings WithQueries(ServerSettings settings, QueryLimits limits) =>
        settings with { Limits = settings.Limits with { Queries = limits } };
}
