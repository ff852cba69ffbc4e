using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Subscriptions.Client;

/// <summary>
/// A client of one Subscriptions server. Make one for each server and keep it: it owns the connections. Thread-safe. Nothing is connected
/// before the first call.
/// </summary>
public sealed class SubscriptionsClient : IAsyncDisposable, IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly WorkerServices _workerServices;

    /// <summary>Makes a client with the defaults and this address.</summary>
    /// <param name="address">An absolute http or https address without a path.</param>
    /// <exception cref="ArgumentException">The address is none.</exception>
    public SubscriptionsClient(Uri address)
        : this(new SubscriptionsClientOptions { Address = address })
    {
    }

    /// <summary>Makes a client.</summary>
    /// <param name="options">How to reach the server. Copied.</param>
    /// <param name="loggerFactory">Where workers log; <see langword="null"/>: nowhere.</param>
    /// <param name="timeProvider">The clock and timers; <see langword="null"/>: the system's.</param>
    /// <param name="random">
    /// What spreads reconnects; <see langword="null"/>: <see cref="Random.Shared"/>. It must be thread-safe when several workers run.
    /// </param>
    /// <exception cref="ArgumentException">An option is outside its range; the message lists all that are.</exception>
    public SubscriptionsClient(
        SubscriptionsClientOptions options,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null,
        Random? random = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionErrors.ThrowIfAny(options.Validate(), nameof(options));

        Address = options.Address;
        loggerFactory ??= NullLoggerFactory.Instance;
        timeProvider ??= TimeProvider.System;
        _channel = ChannelFactory.Create(options, loggerFactory);

        var invoker = _channel.CreateCallInvoker();
        var caller = new UnaryCaller(invoker, Address, options.RequestTimeout, timeProvider);
        var telemetry = new ClientTelemetry(Address, timeProvider);
        Databases = new DatabasesClient(caller);
        Documents = new DocumentsClient(caller, options.MaxMessageBytes, telemetry);
        Subscriptions = new SubscriptionAdminClient(caller);
        DeadLetters = new DeadLettersClient(caller);
        Queries = new QueriesClient(caller);
        Monitoring = new MonitoringClient(caller);
        Changes = new ChangesClient(caller, timeProvider, random ?? Random.Shared);
        Streams = new StreamsClient(
            caller, loggerFactory.CreateLogger<PartitionConsumer>(), telemetry, timeProvider, random ?? Random.Shared);
        _workerServices = new WorkerServices(
            Address,
            new V1.SubscriptionService.SubscriptionServiceClient(invoker),
            loggerFactory.CreateLogger<SubscriptionWorker>(),
            telemetry,
            timeProvider,
            random ?? Random.Shared);
    }

    /// <summary>The server.</summary>
    public Uri Address { get; }

    /// <summary>Creates, lists and drops databases.</summary>
    public DatabasesClient Databases { get; }

    /// <summary>Reads and writes documents.</summary>
    public DocumentsClient Documents { get; }

    /// <summary>Creates, lists and controls subscriptions.</summary>
    public SubscriptionAdminClient Subscriptions { get; }

    /// <summary>Reads and settles the items that workers could not process.</summary>
    public DeadLettersClient DeadLetters { get; }

    /// <summary>Tries queries.</summary>
    public QueriesClient Queries { get; }

    /// <summary>Looks at how subscriptions are doing.</summary>
    public MonitoringClient Monitoring { get; }

    /// <summary>Reads the changes of databases, without a subscription.</summary>
    public ChangesClient Changes { get; }

    /// <summary>Reads the logs of databases partition by partition.</summary>
    public StreamsClient Streams { get; }

    /// <summary>Makes a worker. It connects when its batches are first read.</summary>
    /// <param name="options">What to work on, and how. Copied.</param>
    /// <exception cref="ArgumentException">An option is missing or outside its range; the message lists all that are.</exception>
    public SubscriptionWorker OpenWorker(SubscriptionWorkerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionErrors.ThrowIfAny(options.Validate(), nameof(options));
        return new SubscriptionWorker(options.Copy(), _workerServices);
    }

    /// <summary>Closes the connections at once. Workers and bulk writers should be disposed of before.</summary>
    public void Dispose() => _channel.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
