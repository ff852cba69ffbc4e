using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>One ack on its way to disk: the store's hot path, hence one statement and no closure.</summary>
internal sealed class SaveProgressItem(ProgressUpdate update) : WriteItem<ProgressOutcome>
{
    private readonly byte[] _cursor = update.Cursor.ToByteArray();

    /// <inheritdoc />
    public override long Size => _cursor.Length;

    /// <inheritdoc />
    protected override ProgressOutcome Run(SqliteConnection connection) =>
        SubscriptionRows.SaveProgress(connection, update.Subscription, update.Token, _cursor, update.AckedAt?.ToUnixTimeMilliseconds());
}
