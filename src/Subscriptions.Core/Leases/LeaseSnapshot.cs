using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Leases;

/// <summary>A worker and its fencing token.</summary>
/// <param name="Worker">Who.</param>
/// <param name="Token">Its token; null while it waits or is being granted.</param>
public sealed record LeasedWorker(WorkerInfo Worker, FencingToken? Token);

/// <summary>Who has a subscription and who waits for it, at one moment.</summary>
/// <param name="Holders">Who has it.</param>
/// <param name="Waiting">Who waits, by place.</param>
public sealed record LeaseSnapshot(IReadOnlyList<LeasedWorker> Holders, IReadOnlyList<WorkerInfo> Waiting);
