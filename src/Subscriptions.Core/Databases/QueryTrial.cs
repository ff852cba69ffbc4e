using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Databases;

/// <summary>
/// Runs a query over a database's log until a limit is reached, and keeps what a subscription with that query would deliver. Nothing is
/// stored. One use, not thread-safe.
/// </summary>
/// <param name="feed">The log.</param>
/// <param name="query">The query.</param>
/// <param name="options">The limits.</param>
/// <param name="time">The clock.</param>
public sealed class QueryTrial(ChangeFeed feed, CompiledQuery query, QueryTrialOptions options, TimeProvider time)
{
    // Small enough to look at the clock often, large enough to read well.
    private static readonly ReadLimits Page = new(256, 1024 * 1024);

    private readonly SubscriptionView _view = new(query.CreateView(), options.IncludeDeletes, query.ReadsRevisions);
    private readonly List<Change> _items = [];
    private readonly List<Change> _includes = [];
    private readonly HashSet<string> _included = new(StringComparer.Ordinal);
    private long _bytes;
    private long _scanned;

    /// <summary>Runs the query.</summary>
    /// <param name="start">Where to begin; part of the database's history.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<QueryTrialResult> RunAsync(ResumeToken start, CancellationToken cancellationToken)
    {
        // What was purged is not there to be shown, which is no reason to refuse.
        var accepted = CursorRewind.Apply(start, feed.Partitions, canMissDeletes: true, out _);
        using var reader = new FeedReader(feed, accepted, query.Collection, canMissDeletes: true, revisions: query.ReadsRevisions);
        var began = time.GetTimestamp();
        while (await reader.ReadAsync(Page, cancellationToken) is { } page)
        {
            if (!await TakeAsync(reader, page, began, cancellationToken)) return Result(reader, isComplete: reader.Lag == 0);

            // A log in memory is read without waiting: others get their turn.
            await Task.Yield();
        }

        return Result(reader, isComplete: true);
    }

    private QueryTrialResult Result(FeedReader reader, bool isComplete) => new(_items, _includes, _scanned, isComplete, reader.Token);

    /// <summary>Looks at a page; false when a limit was reached in it.</summary>
    private async ValueTask<bool> TakeAsync(FeedReader reader, FeedPage page, long began, CancellationToken cancellationToken)
    {
        foreach (var change in page.Page.Changes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!await TryTakeAsync(change, cancellationToken)) return false;

            _scanned++;
            reader.Advance(page, change.Seqno);
            if (_items.Count >= options.MaxItems || time.GetElapsedTime(began) >= options.MaxTime) return false;
        }

        reader.Advance(page, page.Page.LastSeqno);
        return true;
    }

    /// <summary>Looks at a change; false when it is delivered and there is no room for it.</summary>
    private async ValueTask<bool> TryTakeAsync(Change change, CancellationToken cancellationToken)
    {
        if (_view.Apply(change) is not { } item) return true;
        var included = _view.HasIncludes && !change.IsTombstone ? await ReadIncludesAsync(change, options.MaxBytes - item.Size, cancellationToken) : [];
        var bytes = _bytes + item.Size + included.Sum(document => (long)document.Size);
        if (_items.Count > 0 && bytes > options.MaxBytes) return false;

        _bytes = bytes;
        _items.Add(item);
        _includes.AddRange(included);
        _included.UnionWith(included.Select(document => document.Id));
        return true;
    }

    private async ValueTask<IReadOnlyList<Change>> ReadIncludesAsync(Change change, long room, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        _view.CollectIncludes(change, ids);
        var documents = new List<Change>();
        foreach (var id in ids.Take(BatchIncludes.MaxDocuments))
        {
            if (_included.Contains(id) || !DocumentLimits.IsId(id)) continue;
            if (await feed.GetAsync(id, cancellationToken) is not { IsTombstone: false } document) continue;

            room -= document.Size;
            if (room < 0) break;
            documents.Add(document);
        }

        return documents;
    }
}

/// <summary>How much a trial of a query may look at and keep. Immutable.</summary>
/// <param name="MaxItems">The most items.</param>
/// <param name="MaxTime">How long it may look for them.</param>
public sealed record QueryTrialOptions(int MaxItems, TimeSpan MaxTime)
{
    /// <summary>The most bytes of items and included documents together, by <see cref="Change.Size"/>; one larger item comes alone.</summary>
    public long MaxBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Show deletions and expiries too.</summary>
    public bool IncludeDeletes { get; init; }
}

/// <summary>What a trial of a query found. Immutable.</summary>
/// <param name="Items">What a worker would get.</param>
/// <param name="Includes">The documents that come along, each once.</param>
/// <param name="Scanned">How many changes were looked at.</param>
/// <param name="IsComplete">Everything that existed was looked at.</param>
/// <param name="Token">Where it stopped.</param>
public sealed record QueryTrialResult(
    IReadOnlyList<Change> Items, IReadOnlyList<Change> Includes, long Scanned, bool IsComplete, ResumeToken Token);
