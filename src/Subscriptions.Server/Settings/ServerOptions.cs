namespace Subscriptions.Server.Settings;

/// <summary>Where the server keeps its data and where it listens.</summary>
internal sealed record ServerOptions
{
    /// <summary>The folder that holds all data; created where needed. Default <c>./data</c>.</summary>
    public string Data { get; init; } = "./data";

    /// <summary>Where gRPC is served. Default 127.0.0.1:50051; port 0 takes a free one.</summary>
    public BindAddress Grpc { get; init; } = BindAddress.Loopback(50051);

    /// <summary>Where HTTP is served. Default 127.0.0.1:5984; port 0 takes a free one.</summary>
    public BindAddress Http { get; init; } = BindAddress.Loopback(5984);

    /// <summary>Listen on addresses that others can reach although nobody has to authenticate. Default false.</summary>
    public bool AllowInsecureBind { get; init; }

    /// <summary>How the server calls itself to workers. Default: the machine's name.</summary>
    public string Node { get; init; } = Environment.MachineName;

    /// <summary>The least severe level that is logged. Default Information.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>
    /// How long those who are connected may take, when the server stops, to read what they are told and to have their acks confirmed; then they are cut off. From 100 ms
    /// to 1 h, default 600 ms.
    /// </summary>
    public TimeSpan ShutdownTime { get; init; } = TimeSpan.FromMilliseconds(600);
}
