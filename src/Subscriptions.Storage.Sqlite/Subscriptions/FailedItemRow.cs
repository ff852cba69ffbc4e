using System.Text;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>A failed item as its row holds it. Ids are bytes of UTF-8, which is also their order.</summary>
internal sealed record FailedItemRow(
    byte[] Id, long Seqno, int Attempts, long DueAt, long FirstFailedAt, long LastFailedAt, byte[] Reason, byte[] Worker)
{
    /// <summary>The columns that <see cref="Read"/> reads, in its order.</summary>
    public const string Columns = "id, seqno, attempts, due_at, first_failed_at, last_failed_at, reason, worker";

    // Throws where the usual encoding would put a replacement character, after which two documents could be one.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>About how many bytes the row takes.</summary>
    public int Size => Id.Length + Reason.Length + Worker.Length + 64;

    /// <summary>The row of an item.</summary>
    /// <exception cref="InvalidInputException">The id is not valid Unicode.</exception>
    public static FailedItemRow Of(FailedItem item) => new(
        IdOf(item.Id),
        item.Seqno,
        item.Attempts,
        item.DueAt.ToUnixTimeMilliseconds(),
        item.FirstFailedAt.ToUnixTimeMilliseconds(),
        item.LastFailedAt.ToUnixTimeMilliseconds(),
        Encoding.UTF8.GetBytes(item.Reason),
        Encoding.UTF8.GetBytes(item.WorkerName));

    /// <summary>A document's id as rows hold it.</summary>
    /// <exception cref="InvalidInputException">It is not valid Unicode.</exception>
    public static byte[] IdOf(string id)
    {
        try
        {
            return StrictUtf8.GetBytes(id);
        }
        catch (EncoderFallbackException)
        {
            throw new InvalidInputException("id", id, "is not valid Unicode: it has a lone surrogate");
        }
    }

    /// <summary>Documents' ids as rows hold them.</summary>
    /// <exception cref="InvalidInputException">One is not valid Unicode.</exception>
    public static byte[][] IdsOf(IReadOnlyList<string> ids)
    {
        var rows = new byte[ids.Count][];
        for (var i = 0; i < rows.Length; i++) rows[i] = IdOf(ids[i]);
        return rows;
    }

    /// <summary>Reads a row that begins with <see cref="Columns"/>.</summary>
    public static FailedItemRow Read(SqliteStatement row) => new(
        row.Blob(0).ToArray(), row.Int64(1), (int)row.Int64(2), row.Int64(3), row.Int64(4), row.Int64(5), row.Blob(6).ToArray(), row.Blob(7).ToArray());

    /// <summary>The item that the row holds.</summary>
    /// <param name="subscription">The subscription, to name it in complaints.</param>
    /// <param name="path">The file, for the same.</param>
    /// <exception cref="Core.Documents.StoreException">The row is damaged.</exception>
    public FailedItem ToItem(SubscriptionId subscription, string path) =>
        new(Encoding.UTF8.GetString(Id), Seqno, Attempts, ProgressRow.ToInstant(DueAt, subscription, path))
        {
            Reason = Encoding.UTF8.GetString(Reason),
            WorkerName = Encoding.UTF8.GetString(Worker),
            FirstFailedAt = ProgressRow.ToInstant(FirstFailedAt, subscription, path),
            LastFailedAt = ProgressRow.ToInstant(LastFailedAt, subscription, path),
        };
}
