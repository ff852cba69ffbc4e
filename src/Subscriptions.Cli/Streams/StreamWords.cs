using Subscriptions.Client;

namespace Subscriptions.Cli.Streams;

/// <summary>What scripts read about streams.</summary>
internal static class StreamWords
{
    /// <summary>What a change is called.</summary>
    public static string TypeOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Put => "mutation",
        ChangeKind.Delete => "deletion",
        ChangeKind.Expiry => "expiration",
        _ => "unknown",
    };

    /// <summary>Why a partition was taken back.</summary>
    public static string Of(RollbackReason reason) => reason switch
    {
        RollbackReason.UnknownBranch => "unknown_branch",
        RollbackReason.BeyondBranch => "beyond_branch",
        RollbackReason.Purged => "purged",
        _ => "unknown",
    };

    /// <summary>Why a stream is over.</summary>
    public static string Of(PartitionStreamEnd reason) => reason switch
    {
        PartitionStreamEnd.Complete => "ok",
        PartitionStreamEnd.Closed => "closed",
        PartitionStreamEnd.Rollback => "rollback",
        PartitionStreamEnd.StoreFailed => "store_failed",
        PartitionStreamEnd.DatabaseDropped => "database_dropped",
        PartitionStreamEnd.ShuttingDown => "shutting_down",
        _ => "unknown",
    };
}
