using Subscriptions.Core.Changes;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>What a reader wants: a partition's changes above a seqno or, backwards, below it.</summary>
internal readonly record struct PageRequest(int Partition, long Seqno, ReadLimits Limits, CancellationToken CancellationToken);
