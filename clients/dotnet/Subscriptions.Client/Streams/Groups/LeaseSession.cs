using Microsoft.Extensions.Logging;

namespace Subscriptions.Client;

/// <summary>
/// A member of a group, from when it joins until it leaves or loses its lease. One task gives signs of life, whatever handlers and other requests take; the other
/// moves partitions. A timer of its own ends both when no sign of life was confirmed for three quarters of a lease: others wait for a whole one.
/// </summary>
internal sealed partial class LeaseSession : IDisposable
{
    // So that a sign may fail and be late, and there still is one in time.
    private const int BeatsInALease = 5;

    private readonly string _id;
    private readonly string? _former;
    private readonly PartitionLeaseOptions _options;
    private readonly IGroupStore _store;
    private readonly GroupContext _context;
    private readonly IPartitionHost _host;

    // Never disposed of: the timer may still cancel it. Without one of its own it holds nothing.
    private readonly CancellationTokenSource _lost = new();
    private readonly SilenceWatchdog _watchdog;

    // What is begun and not ended. Guarded by itself: who loses the lease empties it, whatever the task that moves partitions is waiting for.
    private readonly HashSet<int> _working = [];
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // When, by this machine's clock, each other member's last new sign of life was seen.
    private readonly Dictionary<string, (string Sign, long SeenAt)> _seen = [];

    /// <summary>Makes a session that has not joined yet.</summary>
    /// <param name="id">Its id, which nobody had before.</param>
    /// <param name="former">The id under which this member was lost; its handlers have returned. Null: none.</param>
    /// <param name="options">How.</param>
    /// <param name="store">Where the group is kept.</param>
    /// <param name="context">What is shared.</param>
    /// <param name="host">Who works.</param>
    public LeaseSession(
        string id, string? former, PartitionLeaseOptions options, IGroupStore store, GroupContext context, IPartitionHost host)
    {
        (_id, _former, _options, _store, _context, _host) = (id, former, options, store, context, host);
        _watchdog = new SilenceWatchdog(context.Time, Lose);
    }

    private TimeSpan Interval => _options.LeaseDuration / BeatsInALease;

    /// <summary>The lease is lost.</summary>
    public void Lose() => _lost.Cancel();

    /// <summary>Returns when the lease was lost, or when it was cancelled and the member has left.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var losing = _lost.Token.UnsafeRegister(static session => _ = ((LeaseSession)session!).AbandonAsync(), this);

        // Leaving takes its time, in which others must see that this one lives.
        using var beatsStop = CancellationTokenSource.CreateLinkedTokenSource(_lost.Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_lost.Token, cancellationToken);
        Task beating = Task.CompletedTask;
        try
        {
            await BeatAsync(0, stop.Token).ConfigureAwait(false);
            beating = BeatOnAsync(beatsStop.Token);
            await ManageAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Lost, or to leave.
            await LeaveAsync().ConfigureAwait(false);
            return;
        }
        catch (Exception)
        {
            await LeaveAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            await beatsStop.CancelAsync().ConfigureAwait(false);
            await beating.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _watchdog.Dispose();

    private async Task BeatOnAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var beat = 1L; ; beat++)
            {
                await Task.Delay(Interval, _context.Time, cancellationToken).ConfigureAwait(false);
                await TryAsync(() => BeatAsync(beat, cancellationToken)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            // What does not mend itself is found by the other task, too; without signs of life the lease is lost in any case.
            Log.BeatFailed(_context.Logger, _options.MemberName, _context.Scope.Consumer, e);
        }
    }

    private async Task BeatAsync(long beat, CancellationToken cancellationToken)
    {
        // From before the request: others see the sign later than that, never earlier.
        var startedAt = _context.Time.GetTimestamp();
        await _store.BeatAsync(_id, new GroupBeat(_options.MemberName, beat), cancellationToken).ConfigureAwait(false);
        var left = (_options.LeaseDuration * 3 / 4) - _context.Time.GetElapsedTime(startedAt);
        _watchdog.Watch(left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1));
    }

    // True when it went well; false when it may go well later.
    private async Task<bool> TryAsync(Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
            return true;
        }
        catch (SubscriptionsException e) when (e.IsRetryable)
        {
            Log.StoreFailed(_context.Logger, _options.MemberName, _context.Scope.Consumer, e.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 50, Level = LogLevel.Warning,
            Message = "Member {Member} of consumer {Consumer} could not reach its group's documents, and tries again: {Cause}")]
        public static partial void StoreFailed(ILogger logger, string member, string consumer, string cause);

        [LoggerMessage(EventId = 51, Level = LogLevel.Error, Message = "Member {Member} of consumer {Consumer} gives no signs of life any more.")]
        public static partial void BeatFailed(ILogger logger, string member, string consumer, Exception exception);

        [LoggerMessage(EventId = 52, Level = LogLevel.Warning,
            Message = "Member {Member} of consumer {Consumer} lost its lease with {Partitions} partitions, and joins anew.")]
        public static partial void Lost(ILogger logger, string member, string consumer, int partitions);

        [LoggerMessage(EventId = 53, Level = LogLevel.Warning,
            Message = "Member {Member} of consumer {Consumer} removes members that gave no sign of life for a lease: {Members}.")]
        public static partial void Expired(ILogger logger, string member, string consumer, string members);
    }
}
