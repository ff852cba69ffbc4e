using System.Globalization;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Databases;

public sealed partial class DatabaseCatalog
{
    /// <summary>
    /// Undoes the changes of a partition above a seqno; durable on return. Its history goes on in a new branch. Who is connected is ended with
    /// HISTORY_CHANGED.
    /// </summary>
    /// <param name="name">The database.</param>
    /// <param name="rewind">What is to be undone.</param>
    /// <exception cref="EngineException">
    /// DATABASE_NOT_FOUND, DATABASE_BUSY, PARTITION_NOT_FOUND, OUT_OF_RANGE, CANNOT_REWIND; everything is as before.
    /// </exception>
    public async Task<(Database Database, RewindResult.Done Result)> RewindAsync(DatabaseName name, PartitionRewind rewind)
    {
        if (rewind.Seqno < 0) throw new InvalidInputException("seqno", Text(rewind.Seqno), "is below 0");

        // Looked at first, so that nobody is sent away for what cannot be done.
        var database = Get(name.Value);
        if (rewind.Partition < 0 || rewind.Partition >= database.Info.PartitionCount) throw NoPartition(database.Info, rewind);
        if (rewind.Check(database.Feed.Partitions[rewind.Partition]) is { } refused) throw Refused(name, rewind, refused);

        var (rewound, done) = await WhileClosedAsync(name, async () => await documents.RewindAsync(name, rewind, CancellationToken.None) switch
        {
            RewindResult.Done result => result,
            null => throw new StoreException(StoreFault.Corrupt, $"Database '{name}' is not there any more."),
            var result => throw Refused(name, rewind, result),
        });
        return (rewound, done);
    }

    private static EngineException NoPartition(DatabaseInfo info, PartitionRewind rewind) => new(
        ErrorCode.PartitionNotFound,
        $"Database '{info.Name}' has no partition {rewind.Partition}; it has {info.PartitionCount}, from 0.",
        ("database", info.Name.Value),
        ("partition", Text(rewind.Partition)),
        ("partition_count", Text(info.PartitionCount)));

    private static EngineException Refused(DatabaseName name, PartitionRewind rewind, RewindResult result)
    {
        var what = $"Partition {rewind.Partition} of database '{name}' cannot go back to seqno {rewind.Seqno}";
        return result switch
        {
            RewindResult.Beyond(var high) => new EngineException(
                ErrorCode.OutOfRange, $"{what}: its newest change is {high}.", ("field", "seqno"), ("value", Text(rewind.Seqno)), ("limit", Text(high))),
            RewindResult.Purged(var purge) => CannotRewind($"{what}: deletions up to {purge} were purged.", ("purge_seqno", Text(purge))),
            RewindResult.Unknown(var count, var example) => CannotRewind(
                $"{what}: of {count} documents, '{example}' among them, the version of then is not kept. Restore a backup, or have them deleted (delete_unknown).",
                ("documents", Text(count)),
                ("example", example)),
            _ => throw new InvalidOperationException($"Unknown result {result}."),
        };

        EngineException CannotRewind(string message, params (string, string)[] more) => new(
            ErrorCode.CannotRewind, message, [("database", name.Value), ("partition", Text(rewind.Partition)), ("seqno", Text(rewind.Seqno)), .. more]);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
