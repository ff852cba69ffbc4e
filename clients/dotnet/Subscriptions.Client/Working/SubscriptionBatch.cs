namespace Subscriptions.Client;

/// <summary>
/// Changes that were delivered together and are settled together: with <see cref="AckAsync"/> when they are dealt with, or with
/// <see cref="NackAsync"/> when they are not. Thread-safe.
/// </summary>
public sealed class SubscriptionBatch
{
    private readonly IBatchConversation _conversation;
    private readonly Lock _itemGate = new();
    private HashSet<string>? _openItems;
    private HashSet<string>? _nackedItems;

    internal SubscriptionBatch(BatchContent content, long fencingToken, BatchLease lease, IBatchConversation conversation)
    {
        Items = content.Items;
        Includes = content.Includes;
        ChangeVector = content.ChangeVector;
        ResumeToken = content.ResumeToken;
        TraceParent = content.TraceParent;
        ReceivedAt = content.ReceivedAt;
        FencingToken = fencingToken;
        Lease = lease;
        _conversation = conversation;
    }

    /// <summary>The changes, by increasing seqno in each partition; at least one.</summary>
    public IReadOnlyList<SubscriptionItem> Items { get; }

    /// <summary>
    /// The documents that the query's <c>include</c> clause leads to from these items, by id. Those that do not exist are missing.
    /// </summary>
    public IReadOnlyDictionary<string, IncludedDocument> Includes { get; }

    /// <summary>The batch's number in this connection.</summary>
    public long BatchId => Lease.BatchId;

    /// <summary>What an ack of this batch stores at least: all up to here comes in this batch, came in those before it, or is done.</summary>
    public string ChangeVector { get; }

    /// <summary>The same, for other readers to go on from.</summary>
    public string ResumeToken { get; }

    /// <summary>
    /// The server's span of this batch, as the value of a W3C <c>traceparent</c> header, for links of your own spans; the spans of this library
    /// in which the batch is processed and settled have them. <see langword="null"/> when that span is not recorded.
    /// </summary>
    public string? TraceParent { get; }

    /// <summary>
    /// Larger than that of every worker that held the subscription before. Hand it on with your own writes, so that their target can
    /// refuse those of a worker that was replaced.
    /// </summary>
    public long FencingToken { get; }

    /// <summary>
    /// Cancelled when the batch stops being this worker's before it is settled: the connection ended, the lease was lost, or an earlier
    /// batch was given back. Whatever is done after that may be done twice.
    /// </summary>
    public CancellationToken LeaseLost => Lease.Lost;

    /// <summary>True once <see cref="AckAsync"/> or <see cref="NackAsync"/> was called.</summary>
    public bool IsSettled => Lease.IsSettled;

    internal BatchLease Lease { get; }

    internal long ReceivedAt { get; }

    /// <summary>
    /// Says that the batch is dealt with. Batches may be acked in any order; the server hears of them in the order of their delivery, so
    /// that an ack never covers an earlier batch that is still being worked on. Calling it again waits for the same confirm.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting; the ack goes on its way all the same.</param>
    /// <returns>Completes when the ack is durable: nothing up to this batch is delivered again, whatever happens.</returns>
    /// <exception cref="SubscriptionLeaseLostException">
    /// The connection ended before the confirm came. The outcome is unknown, and the batch may come again.
    /// </exception>
    /// <exception cref="InvalidOperationException">The batch was nacked before.</exception>
    public Task AckAsync(CancellationToken cancellationToken = default) => _conversation.AckAsync(this, cancellationToken);

    /// <summary>
    /// Says that the batch could not be dealt with: it is sent again, and those after it too. Later batches of this connection that were
    /// handed out already are lost with it (<see cref="LeaseLost"/>). The batch is never given up: for items that may never
    /// succeed there is <see cref="NackItemsAsync"/>.
    /// </summary>
    /// <param name="reason">For figures, logs and dead letters; what is longer than 1024 characters is cut.</param>
    /// <param name="delay">How long to wait before it is sent again; <see langword="null"/>: at once.</param>
    /// <param name="cancellationToken">Checked before anything happens.</param>
    /// <returns>Completes when the nack is on its way.</returns>
    /// <exception cref="SubscriptionLeaseLostException">The batch is not this worker's any more: it comes again anyway.</exception>
    /// <exception cref="InvalidOperationException">The batch was acked or nacked before.</exception>
    public Task NackAsync(string reason, TimeSpan? delay = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        ThrowIfNegative(delay);
        return _conversation.NackAsync(this, [], reason, delay, cancellationToken);
    }

    /// <summary>
    /// Says that some items could not be dealt with: they are retried on their own. The batch is still to be acked.
    /// </summary>
    /// <param name="itemIds">Their ids; at least one. Those that were nacked before are passed over.</param>
    /// <param name="reason">For figures, logs and dead letters; what is longer than 1024 characters is cut.</param>
    /// <param name="delay">How long to wait before they are sent again; <see langword="null"/>: by the subscription's back-off.</param>
    /// <param name="cancellationToken">Checked before anything happens.</param>
    /// <returns>Completes when the nack is on its way, ahead of a later ack.</returns>
    /// <exception cref="SubscriptionLeaseLostException">The batch is not this worker's any more: it comes again anyway.</exception>
    /// <exception cref="InvalidOperationException">The batch was acked or nacked before.</exception>
    public Task NackItemsAsync(
        IReadOnlyCollection<string> itemIds,
        string reason,
        TimeSpan? delay = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        ArgumentOutOfRangeException.ThrowIfZero(itemIds.Count);
        ArgumentNullException.ThrowIfNull(reason);
        ThrowIfNegative(delay);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        var ids = NotNackedYet(itemIds);
        return ids.Count == 0 ? Task.CompletedTask : _conversation.NackAsync(this, ids, reason, delay, cancellationToken);
    }

    /// <summary>Says that one item could not be dealt with: it is retried on its own. The batch is still to be acked.</summary>
    /// <param name="item">An item of this batch.</param>
    /// <param name="reason">For figures, logs and dead letters; what is longer than 1024 characters is cut.</param>
    /// <param name="delay">How long to wait before it is sent again; <see langword="null"/>: by the subscription's back-off.</param>
    /// <param name="cancellationToken">Checked before anything happens.</param>
    /// <returns>Completes when the nack is on its way, ahead of a later ack.</returns>
    /// <exception cref="SubscriptionLeaseLostException">The batch is not this worker's any more: it comes again anyway.</exception>
    /// <exception cref="InvalidOperationException">The batch was acked or nacked before.</exception>
    public Task NackItemAsync(
        SubscriptionItem item,
        string reason,
        TimeSpan? delay = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return NackItemsAsync([item.Id], reason, delay, cancellationToken);
    }

    /// <summary>
    /// Says that the batch is still being worked on, which puts off the subscription's ack timeout, where one is set. The worker says so by
    /// itself for <see cref="SubscriptionWorkerOptions.ExtendBatchesFor"/>.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="SubscriptionLeaseLostException">The batch is not this worker's any more.</exception>
    public Task ExtendAsync(CancellationToken cancellationToken = default) => _conversation.ExtendAsync(this, cancellationToken);

    // The server would end the conversation for good over an id that is not in the batch, or that it was told before.
    private List<string> NotNackedYet(IReadOnlyCollection<string> itemIds)
    {
        lock (_itemGate)
        {
            _openItems ??= new HashSet<string>(Items.Select(item => item.Id), StringComparer.Ordinal);
            _nackedItems ??= new HashSet<string>(StringComparer.Ordinal);
            foreach (var id in itemIds)
            {
                if (!_openItems.Contains(id) && !_nackedItems.Contains(id))
                {
                    throw new ArgumentException($"Batch {BatchId} has no item '{id}'.", nameof(itemIds));
                }
            }

            var ids = new List<string>(itemIds.Count);
            foreach (var id in itemIds)
            {
                if (_openItems.Remove(id))
                {
                    _nackedItems.Add(id);
                    ids.Add(id);
                }
            }

            return ids;
        }
    }

    private static void ThrowIfNegative(TimeSpan? delay)
    {
        if (delay is { } value)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(delay));
        }
    }
}
