using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;

namespace Subscriptions.Client;

/// <summary>One reading of a feed, over as many connections as it takes.</summary>
internal sealed class ChangeFeedReader(
    V1.ChangeService.ChangeServiceClient stub, Uri address, string database, WatchOptions options, TimeProvider time, Random random)
{
    // The server says something every heartbeat; what is late may be on its way.
    private const int HeartbeatsOfSilence = 3;

    private readonly ReconnectPolicy _policy = new(options.MaxReconnectDelay, options.MaxErroneousPeriod, time, random);
    private string _place = options.Since;
    private long _given;

    /// <summary>What the feed says, from its beginning; by one at a time.</summary>
    public async IAsyncEnumerable<ChangeEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (_place, _given) = (options.Since, 0);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _policy.Attempting();
            SubscriptionsException? failure = null;
            V1.FeedEnd? end = null;
            var wasAnswered = false;
            using (var connection = Connect(cancellationToken))
            {
                while (failure is null && !IsOver(end))
                {
                    V1.WatchChangesResponse? message = null;
                    try
                    {
                        message = await connection.NextAsync(cancellationToken).ConfigureAwait(false);
                    }
                    catch (SubscriptionsException e)
                    {
                        failure = e;
                    }

                    if (failure is null && message is null)
                    {
                        failure = Faults.EndedWithoutReason(address);
                    }

                    if (message is null)
                    {
                        continue;
                    }

                    wasAnswered = true;
                    end = message.End;
                    foreach (var happening in Take(message))
                    {
                        yield return happening;
                    }
                }
            }

            if (EndOf(end) is { } last)
            {
                yield return last;
                yield break;
            }

            // What was purged is told by the next connection, which begins further back.
            if (failure is null)
            {
                continue;
            }

            var pause = Decide(failure, wasAnswered);
            yield return new ChangeEvent.Disconnected(failure, pause);
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private FeedConnection Connect(CancellationToken cancellationToken)
    {
        var request = new V1.WatchChangesRequest
        {
            Database = database,
            Since = _place,
            Until = options.Until ?? string.Empty,
            Filter = options.Filter?.Wire,
            IncludeDocs = options.IncludeDocs,
            Descending = options.Descending,
            Limit = options.Limit is { } limit ? limit - _given : 0,
            Mode = options.LongPoll ? V1.WatchMode.LongPoll : V1.WatchMode.Continuous,
            Heartbeat = options.Heartbeat.ToDuration(),
            IdleTimeout = options.IdleTimeout?.ToDuration(),
        };
        return new FeedConnection(stub, address, request, HeartbeatsOfSilence * options.Heartbeat, time, cancellationToken);
    }

    private IEnumerable<ChangeEvent> Take(V1.WatchChangesResponse message)
    {
        switch (message.MessageCase)
        {
            case V1.WatchChangesResponse.MessageOneofCase.Rewound:
                _place = message.Rewound.ResumeToken;
                yield return new ChangeEvent.Rewound(_place, message.Rewound.Reason);
                break;
            case V1.WatchChangesResponse.MessageOneofCase.Rows:
                var rows = message.Rows;
                _given += rows.Rows.Count;
                _place = rows.ResumeToken;
                foreach (var row in rows.Rows)
                {
                    yield return new ChangeEvent.Row(new ChangeRow(row));
                }

                if (rows.Rows is [.., { ResumeToken.Length: 0 }])
                {
                    yield return new ChangeEvent.Checkpoint(_place);
                }

                break;
            case V1.WatchChangesResponse.MessageOneofCase.Checkpoint:
                _place = message.Checkpoint.ResumeToken;
                yield return new ChangeEvent.Checkpoint(_place);
                break;
            case V1.WatchChangesResponse.MessageOneofCase.CaughtUp:
                _place = message.CaughtUp.ResumeToken;
                yield return new ChangeEvent.CaughtUp(_place);
                break;
            case V1.WatchChangesResponse.MessageOneofCase.End:
                _place = message.End.ResumeToken;
                break;
        }
    }

    // After the others comes a status, which says the same in this library's words.
    private static bool IsOver(V1.FeedEnd? end) =>
        end is not null && end.Reason is not (V1.FeedEndReason.ShuttingDown or V1.FeedEndReason.DatabaseDropped or V1.FeedEndReason.HistoryChanged);

    private ChangeEvent.Ended? EndOf(V1.FeedEnd? end)
    {
        if (IsOver(end))
        {
            return end!.Reason == V1.FeedEndReason.Purged ? null : new ChangeEvent.Ended(ReasonOf(end.Reason), _place, end.Pending);
        }

        // The connection was lost between the last row and the end.
        if (_given == options.Limit)
        {
            return new ChangeEvent.Ended(FeedEndReason.Limit, _place, Pending: null);
        }

        return options.LongPoll && _given > 0 ? new ChangeEvent.Ended(FeedEndReason.Complete, _place, Pending: null) : null;
    }

    private static FeedEndReason ReasonOf(V1.FeedEndReason reason) =>
        System.Enum.IsDefined((FeedEndReason)reason) ? (FeedEndReason)reason : FeedEndReason.Unknown;

    private TimeSpan Decide(SubscriptionsException failure, bool wasAnswered)
    {
        if (!failure.IsRetryable || options.Descending)
        {
            throw failure;
        }

        if (_policy.Failed(failure, wasAnswered) is { } pause)
        {
            return pause;
        }

        const string Knob = $"{nameof(WatchOptions)}.{nameof(WatchOptions.MaxErroneousPeriod)}";
        var tried = options.MaxErroneousPeriod == TimeSpan.Zero
            ? $"at the first failure, as {Knob} is zero"
            : $"after {_policy.Attempts} attempts in {_policy.Period} ({Knob} is {options.MaxErroneousPeriod})";
        throw new FeedGaveUpException(
            $"The feed of '{database}' gave up {tried}. The last failure: {failure.Message}",
            _place,
            _policy.RecentFailures,
            _policy.Attempts,
            _policy.Period);
    }
}
