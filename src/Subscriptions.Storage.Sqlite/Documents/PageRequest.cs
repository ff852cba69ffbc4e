using Subscriptions.Core.Changes;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>What a reader wants.</summary>
internal readonly record struct PageRequest(int Partition, long AfterSeqno, ReadLimits Limits, CancellationToken CancellationToken);
