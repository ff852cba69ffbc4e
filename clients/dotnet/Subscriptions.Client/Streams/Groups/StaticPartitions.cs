namespace Subscriptions.Client;

/// <summary>The same partitions from the beginning to the end.</summary>
internal sealed class StaticPartitions(string memberName, Func<int, IReadOnlyList<int>> share) : PartitionGroup
{
    /// <inheritdoc/>
    internal override string MemberName => memberName;

    /// <inheritdoc/>
    internal override async Task RunAsync(GroupContext context, IPartitionHost host, CancellationToken cancellationToken)
    {
        var partitions = share(context.PartitionCount);
        try
        {
            await host.AssignAsync(partitions, epoch: 0, cancellationToken).ConfigureAwait(false);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await host.RevokeAsync(partitions, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
