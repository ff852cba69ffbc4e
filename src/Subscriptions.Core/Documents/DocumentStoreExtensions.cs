namespace Subscriptions.Core.Documents;

/// <summary>Shorter ways to call an <see cref="IDocumentStore"/>.</summary>
public static class DocumentStoreExtensions
{
    /// <summary>Removes tombstones that are older than a time, whatever their seqnos.</summary>
    /// <inheritdoc cref="IDocumentStore.PurgeTombstonesAsync" />
    public static ValueTask<int> PurgeTombstonesAsync(
        this IDocumentStore store, DateTimeOffset before, int maxTombstones, CancellationToken cancellationToken) =>
        store.PurgeTombstonesAsync(before, upTo: null, maxTombstones, cancellationToken);
}
