using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>One ack on its way to disk: the store's hot path, hence one statement and no closure, unless items failed.</summary>
internal sealed class SaveProgressItem(ProgressUpdate update) : WriteItem<ProgressOutcome>
{
    private readonly byte[] _cursor = update.Cursor.ToByteArray();
    private readonly byte[] _ackedAbove = update.AckedAbove.ToByteArray();
    private readonly FailedItemEdits? _failedItems = FailedItemEdits.Of(update.FailedItems);

    /// <inheritdoc />
    public override long Size => _cursor.Length + _ackedAbove.Length + (_failedItems?.Size ?? 0);

    /// <inheritdoc />
    protected override ProgressOutcome Run(SqliteConnection connection)
    {
        var outcome = ProgressRows.Save(
            connection, update.Subscription, update.Token, _cursor, _ackedAbove, update.AckedAt?.ToUnixTimeMilliseconds());
        if (outcome == ProgressOutcome.Saved && _failedItems is not null) FailedItemRows.Apply(connection, update.Subscription, _failedItems);
        return outcome;
    }
}
