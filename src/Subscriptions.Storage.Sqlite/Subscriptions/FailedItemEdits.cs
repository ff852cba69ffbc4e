using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>What one save changes among the failed items, encoded on the caller's side.</summary>
internal sealed class FailedItemEdits
{
    private FailedItemEdits(byte[][] settled, FailedItemRow[] retries, FailedItemRow[] deadLetters, bool keepsEarliestLetters)
    {
        KeepsEarliestLetters = keepsEarliestLetters;
        Settled = settled;
        Retries = retries;
        DeadLetters = deadLetters;
        Size = settled.Sum(id => (long)id.Length) + retries.Sum(row => (long)row.Size) + deadLetters.Sum(row => (long)row.Size);
    }

    public byte[][] Settled { get; }

    public FailedItemRow[] Retries { get; }

    public FailedItemRow[] DeadLetters { get; }

    public bool KeepsEarliestLetters { get; }

    /// <summary>About how many bytes they write.</summary>
    public long Size { get; }

    /// <summary>Encodes changes; null: there are none.</summary>
    /// <exception cref="Core.Validation.InvalidInputException">An id is not valid Unicode.</exception>
    public static FailedItemEdits? Of(FailedItemChanges? changes) => changes is null
        ? null
        : new FailedItemEdits(
            FailedItemRow.IdsOf(changes.Settled),
            [.. changes.Retries.Select(FailedItemRow.Of)],
            [.. changes.DeadLetters.Select(FailedItemRow.Of)],
            changes.KeepsEarliestLetters);
}
