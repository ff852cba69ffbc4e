using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>One watch, over as many connections as it takes.</summary>
internal sealed class PartitionWatcher(
    V1.StreamService.StreamServiceClient stub, Uri address, string database, WatchPartitionsOptions options, TimeProvider time, Random random)
{
    private const int HeartbeatsOfSilence = 3;

    private readonly ReconnectPolicy _policy = new(options.MaxReconnectDelay, options.MaxErroneousPeriod, time, random);

    // What was told, by partition: a new connection begins at the same place and tells it again.
    private readonly Dictionary<int, long> _told = [];

    public async IAsyncEnumerable<PartitionReady> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _told.Clear();
        while (true)
        {
            _policy.Attempting();
            SubscriptionsException? failure = null;
            var wasAnswered = false;

            // Not disposed of: the watchdog's timer may be under way when the rest is. Without a timer of its own it holds nothing.
            var silence = new CancellationTokenSource();
            using (var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token))
            using (var watchdog = new SilenceWatchdog(time, silence.Cancel))
            using (var call = stub.WatchPartitions(Request(), new CallOptions(cancellationToken: stop.Token)))
            {
                while (failure is null)
                {
                    V1.WatchPartitionsResponse? message = null;
                    try
                    {
                        // Only while it is waited: how long the application takes is its own affair.
                        watchdog.Watch(HeartbeatsOfSilence * options.Heartbeat);
                        message = await call.ResponseStream.MoveNext(stop.Token).ConfigureAwait(false) ? call.ResponseStream.Current : null;
                        watchdog.Pause();
                    }
                    catch (Exception e) when (e is RpcException or OperationCanceledException)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        failure = watchdog.HasFired ? Faults.Silent(address, watchdog.Timeout)
                            : e is RpcException status ? ErrorMapper.Map(status, address)
                            : throw new InvalidOperationException("The watch was cancelled by nobody.", e);
                    }

                    if (failure is null && message is null)
                    {
                        if (options.Once && wasAnswered)
                        {
                            yield break;
                        }

                        failure = Faults.EndedWithoutReason(address);
                    }

                    wasAnswered |= message is not null;
                    foreach (var ready in News(message))
                    {
                        yield return ready;
                    }

                    if (options.Once && _told.Count > 0)
                    {
                        yield break;
                    }
                }
            }

            // Where history took another way, lower numbers are new.
            if (failure.Reason == ErrorReason.HistoryChanged)
            {
                _told.Clear();
            }

            if (!failure.IsRetryable || _policy.Failed(failure, wasAnswered) is not { } pause)
            {
                throw failure;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private IEnumerable<PartitionReady> News(V1.WatchPartitionsResponse? message)
    {
        foreach (var ready in message?.Partitions ?? [])
        {
            // A lower number than before is of another history.
            if (ready.Rollback is null && _told.TryGetValue(ready.Partition, out var told) && ready.HighSeqno == told)
            {
                continue;
            }

            _told[ready.Partition] = ready.HighSeqno;
            yield return new PartitionReady(
                ready.Partition, ready.HighSeqno, ready.Rollback is { } back ? StreamMapping.Rollback(back, ready.Partition, fromSeqno: 0) : null);
        }
    }

    private V1.WatchPartitionsRequest Request()
    {
        var request = new V1.WatchPartitionsRequest
        {
            Database = database,
            Since = options.Since,
            Once = options.Once,
            Heartbeat = options.Heartbeat.ToDuration(),
        };
        request.Partitions.AddRange(options.Partitions ?? []);
        return request;
    }
}
