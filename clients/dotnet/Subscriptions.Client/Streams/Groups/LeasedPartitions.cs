using System.Globalization;

namespace Subscriptions.Client;

/// <summary>Membership by leases: one <see cref="LeaseSession"/> after the other, each under an id of its own.</summary>
internal sealed class LeasedPartitions(
    PartitionLeaseOptions options, Func<GroupContext, IGroupStore> open, Random random) : PartitionGroup
{
    private readonly Lock _gate = new();
    private LeaseSession? _session;

    /// <inheritdoc/>
    internal override string MemberName => options.MemberName;

    /// <inheritdoc/>
    internal override async Task RunAsync(GroupContext context, IPartitionHost host, CancellationToken cancellationToken)
    {
        var store = open(context);
        string? former = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            var id = random.NextInt64().ToString("x16", CultureInfo.InvariantCulture);
            using var session = new LeaseSession(id, former, options, store, context, host);
            lock (_gate)
            {
                _session = session;
            }

            try
            {
                await session.RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SubscriptionsException e) when (e.IsRetryable)
            {
                // The group's documents cannot be reached, and this member has nothing.
                await Task.Delay(options.LeaseDuration / 5, context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                lock (_gate)
                {
                    _session = null;
                }
            }

            former = id;
        }
    }

    /// <inheritdoc/>
    internal override bool OnFenced()
    {
        lock (_gate)
        {
            _session?.Lose();
        }

        return true;
    }
}
