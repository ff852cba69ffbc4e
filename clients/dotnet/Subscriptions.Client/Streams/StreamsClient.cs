using Microsoft.Extensions.Logging;

namespace Subscriptions.Client;

/// <summary>
/// Reads the logs of databases partition by partition, for indexers, connectors and replicas: readers who keep their own place, apply changes to a store of their
/// own, and must learn when what they applied is not part of the history any more. Thread-safe.
/// </summary>
public sealed class StreamsClient
{
    /// <summary>The most tokens that the server combines at a time.</summary>
    private const int MostTokens = 1024;

    private readonly UnaryCaller _caller;
    private readonly V1.StreamService.StreamServiceClient _stub;
    private readonly ConsumerServices _services;

    internal StreamsClient(UnaryCaller caller, ILogger logger, ClientTelemetry telemetry, TimeProvider time, Random random)
    {
        _caller = caller;
        _stub = new V1.StreamService.StreamServiceClient(caller.Invoker);
        _services = new ConsumerServices(caller.Address, _stub, logger, telemetry, time, random);
    }

    /// <summary>Makes a consumer. It connects when it is run.</summary>
    /// <param name="options">What to follow, and how. Copied.</param>
    /// <param name="handler">What is done with it.</param>
    /// <exception cref="ArgumentException">An option is missing or outside its range; the message lists all that are.</exception>
    public PartitionConsumer OpenConsumer(PartitionConsumerOptions options, IPartitionHandler handler)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        OptionErrors.ThrowIfAny(options.Validate(), nameof(options));
        return new PartitionConsumer(options.Copy(), handler, _services);
    }

    /// <summary>Makes a consumer whose handler is two functions.</summary>
    /// <inheritdoc cref="OpenConsumer(PartitionConsumerOptions, IPartitionHandler)"/>
    /// <param name="options">What to follow, and how. Copied.</param>
    /// <param name="onChanges">As <see cref="IPartitionHandler.OnChangesAsync"/>.</param>
    /// <param name="onRollback">As <see cref="IPartitionHandler.OnRollbackAsync"/>.</param>
    public PartitionConsumer OpenConsumer(
        PartitionConsumerOptions options,
        Func<PartitionChanges, CancellationToken, ValueTask> onChanges,
        Func<PartitionRollback, CancellationToken, ValueTask> onRollback)
    {
        ArgumentNullException.ThrowIfNull(onChanges);
        ArgumentNullException.ThrowIfNull(onRollback);
        return OpenConsumer(options, new PartitionCallbacks(onChanges, onRollback));
    }

    /// <summary>The branches of partitions.</summary>
    /// <param name="database">The database.</param>
    /// <param name="partitions">Which; <see langword="null"/>: all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>One a partition, by partition.</returns>
    /// <exception cref="DatabaseNotFoundException">There is no such database.</exception>
    /// <exception cref="PartitionNotFoundException">It has no such partition.</exception>
    /// <exception cref="ServerUnavailableException">The server cannot be reached.</exception>
    public async Task<IReadOnlyList<PartitionFailoverLog>> GetFailoverLogsAsync(
        string database, IEnumerable<int>? partitions = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        var request = new V1.GetFailoverLogsRequest { Database = database };
        request.Partitions.AddRange(partitions ?? []);
        var response = await _caller.CallAsync(_stub.GetFailoverLogsAsync, request, cancellationToken).ConfigureAwait(false);
        return [.. response.Partitions.Select(log => new PartitionFailoverLog(log.Partition, StreamMapping.Log(log.FailoverLog)))];
    }

    /// <summary>Where partitions stand: how far behind one is, to begin from now, to end at now.</summary>
    /// <inheritdoc cref="GetFailoverLogsAsync"/>
    public async Task<IReadOnlyList<PartitionSeqnos>> GetPartitionSeqnosAsync(
        string database, IEnumerable<int>? partitions = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        var request = new V1.GetPartitionSeqnosRequest { Database = database };
        request.Partitions.AddRange(partitions ?? []);
        var response = await _caller.CallAsync(_stub.GetPartitionSeqnosAsync, request, cancellationToken).ConfigureAwait(false);
        return [.. response.Partitions.Select(p => new PartitionSeqnos(p.Partition, p.HighSeqno, p.PurgeSeqno, p.Branch))];
    }

    /// <summary>
    /// Tells when partitions have something newer than a place, and never what. By level: what is newer already is told at once; however many changes come, a
    /// partition is told once until it was read here. Connects again by itself.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="options">Which partitions, and from where; <see langword="null"/>: all, from the beginning.</param>
    /// <param name="cancellationToken">Stops watching.</param>
    /// <exception cref="ArgumentException">An option is outside its range; the message lists all that are.</exception>
    /// <exception cref="SubscriptionsException">The server refuses, or could not be reached for too long.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerable<PartitionReady> WatchPartitionsAsync(
        string database, WatchPartitionsOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        options ??= new WatchPartitionsOptions();
        OptionErrors.ThrowIfAny(options.Validate(), nameof(options));
        return new PartitionWatcher(_stub, _caller.Address, database, options, _services.Time, _services.Random).WatchAsync(cancellationToken);
    }

    /// <summary>
    /// Makes one resume token of several: that of each partition from the last token that names the partition. With it a feed, a subscription or another consumer
    /// goes on where all of them are.
    /// </summary>
    /// <param name="resumeTokens">At least one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    /// <exception cref="InvalidRequestException">One is none, or they are of different databases.</exception>
    public async Task<string> CombineResumeTokensAsync(IEnumerable<string> resumeTokens, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resumeTokens);
        var combined = string.Empty;
        foreach (var some in resumeTokens.Chunk(MostTokens - 1))
        {
            var request = new V1.CombineResumeTokensRequest();
            if (combined.Length > 0)
            {
                request.ResumeTokens.Add(combined);
            }

            request.ResumeTokens.AddRange(some);
            var response = await _caller.CallAsync(_stub.CombineResumeTokensAsync, request, cancellationToken).ConfigureAwait(false);
            combined = response.ResumeToken;
        }

        return combined.Length > 0 ? combined : throw new ArgumentException("There is no token to combine.", nameof(resumeTokens));
    }
}
