using Subscriptions.Core.Changes;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>A subscription's progress as its row holds it.</summary>
internal sealed record ProgressRow(long Token, long Epoch, byte[] Cursor, byte[] AckedAbove, long? LastAckAt)
{
    /// <summary>The columns that <see cref="Read"/> reads, in its order.</summary>
    public const string Columns = "token, epoch, cursor, acked_above, last_ack_at";

    private static readonly long MinInstant = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long MaxInstant = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The row of a progress.</summary>
    public static ProgressRow Of(SubscriptionProgress progress) => new(
        progress.Token.Value,
        progress.Epoch.Value,
        progress.Cursor.ToByteArray(),
        progress.AckedAbove.ToByteArray(),
        progress.LastAckAt?.ToUnixTimeMilliseconds());

    /// <summary>Reads a row that has <see cref="Columns"/> from <paramref name="column"/> on.</summary>
    public static ProgressRow Read(SqliteStatement row, int column) => new(
        row.Int64(column),
        row.Int64(column + 1),
        row.Blob(column + 2).ToArray(),
        row.Blob(column + 3).ToArray(),
        row.IsNull(column + 4) ? null : row.Int64(column + 4));

    /// <summary>The progress that the row holds.</summary>
    /// <param name="id">The subscription, to name it in complaints.</param>
    /// <param name="path">The file, for the same.</param>
    /// <exception cref="Core.Documents.StoreException">The row is damaged.</exception>
    public SubscriptionProgress ToProgress(SubscriptionId id, string path)
    {
        if (!ResumeToken.TryParse(Cursor, out var cursor))
            throw SqliteFaults.Corrupt(path, $"the cursor of subscription {id} cannot be read");
        if (!AckedRanges.TryParse(AckedAbove, out var ackedAbove))
            throw SqliteFaults.Corrupt(path, $"what was acked above the cursor of subscription {id} cannot be read");
        return new SubscriptionProgress(cursor, new FencingToken(Token), LastAckAt is { } at ? ToInstant(at, id, path) : null)
        {
            Epoch = new FencingToken(Epoch),
            AckedAbove = ackedAbove,
        };
    }

    /// <summary>The instant that a row holds.</summary>
    public static DateTimeOffset ToInstant(long milliseconds, SubscriptionId id, string path)
    {
        if (milliseconds < MinInstant || milliseconds > MaxInstant)
            throw SqliteFaults.Corrupt(path, $"an instant of subscription {id} is {milliseconds} ms from 1970, which is no date");
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }
}
