namespace Subscriptions.Client;

/// <summary>
/// Puts a batch's chunks together, within the limits that the server itself announced: a faulty server shall not fill this machine's
/// memory. Not thread-safe.
/// </summary>
internal sealed class BatchAssembler(TimeProvider time)
{
    private static readonly Dictionary<string, IncludedDocument> NoIncludes = new(0);

    private List<SubscriptionItem> _items = [];
    private Dictionary<string, IncludedDocument> _includes = NoIncludes;
    private long _batchId;
    private long _bytes;
    private long _includedBytes;
    private long _startedAt;
    private int _maxDocs = WorkerLimits.MostDocs;
    private long _maxBytes = WorkerLimits.MostBytes;

    /// <summary>Sets the limits.</summary>
    public void Open(int maxDocs, long maxBytes)
    {
        _maxDocs = maxDocs;
        _maxBytes = maxBytes;
    }

    /// <summary>Forgets the chunks of a batch that will not be completed.</summary>
    public void Reset()
    {
        _items = [];
        _includes = NoIncludes;
        _batchId = 0;
        _bytes = 0;
        _includedBytes = 0;
    }

    /// <summary>Takes a chunk of the batch that comes next.</summary>
    /// <returns>The batch when it is complete; else <see langword="null"/>.</returns>
    /// <exception cref="SubscriptionsException">The batch grows beyond the announced limits, or is empty.</exception>
    public BatchContent? Add(V1.BatchChunk chunk)
    {
        if (chunk.BatchId != _batchId)
        {
            Reset();
            _batchId = chunk.BatchId;
            _startedAt = time.GetTimestamp();
        }

        _items.EnsureCapacity(Math.Min(_items.Count + chunk.Items.Count, _maxDocs));
        foreach (var item in chunk.Items)
        {
            Add(item);
        }

        foreach (var document in chunk.Includes)
        {
            Add(document);
        }

        if (!chunk.Last)
        {
            return null;
        }

        if (_items.Count == 0)
        {
            throw Faults.Protocol($"batch {_batchId} is empty");
        }

        var traceParent = chunk.Traceparent.Length == 0 ? null : chunk.Traceparent;
        var content = new BatchContent(_batchId, _items, _includes, chunk.ChangeVector, chunk.ResumeToken, traceParent, _startedAt);
        Reset();
        return content;
    }

    // The bytes are looked at before an item is added: the one that goes beyond them may be the batch's last.
    private void Add(V1.Item item)
    {
        if (_items.Count >= _maxDocs || _bytes > _maxBytes)
        {
            throw Faults.Protocol(
                $"batch {_batchId} has more than {_items.Count} items and {_bytes} bytes; the limits in force are {_maxDocs} and {_maxBytes}");
        }

        _bytes += item.Content.Length + item.PreviousContent.Length;
        _items.Add(new SubscriptionItem(item));
    }

    // As with items: the one that goes beyond the bytes may be the last.
    private void Add(V1.IncludedDocument document)
    {
        if (_includedBytes > WorkerLimits.MostIncludedBytes || _includes.Count >= WorkerLimits.MostIncludes)
        {
            throw Faults.Protocol(
                $"more than {_includes.Count} documents of {_includedBytes} bytes come along with batch {_batchId}; the limits are "
                + $"{WorkerLimits.MostIncludes} and {WorkerLimits.MostIncludedBytes}");
        }

        if (ReferenceEquals(_includes, NoIncludes))
        {
            _includes = new Dictionary<string, IncludedDocument>(StringComparer.Ordinal);
        }

        _includedBytes += document.Content.Length;
        _includes[document.Id] = new IncludedDocument(document);
    }
}
