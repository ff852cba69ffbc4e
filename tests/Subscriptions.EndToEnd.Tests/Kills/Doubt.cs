namespace Subscriptions.EndToEnd.Tests.Kills;

/// <summary>
/// A promise that is broken if everybody who was part of it still had a lease. Who loses it hears of that later than the next one gets the
/// documents, after a kill as on a machine that stands still: only a confirm of the batch proves that there was a lease. Belongs to the ledger
/// and its lock.
/// </summary>
/// <param name="violation">For people.</param>
/// <param name="parties">The batches that are part of it.</param>
internal sealed class Doubt(string violation, params IEnumerable<HandedBatch> parties)
{
    private readonly HashSet<HandedBatch> _unproven = [.. parties];

    public string Violation => violation;

    /// <summary>The ack of a batch was confirmed.</summary>
    /// <returns>True when that proves the violation.</returns>
    public bool IsProvenBy(HandedBatch batch) => _unproven.Remove(batch) && _unproven.Count == 0;
}
