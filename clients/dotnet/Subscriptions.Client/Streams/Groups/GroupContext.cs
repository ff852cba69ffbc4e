using Microsoft.Extensions.Logging;

namespace Subscriptions.Client;

/// <summary>What a group's membership works with.</summary>
internal sealed record GroupContext(CheckpointScope Scope, int PartitionCount, ILogger Logger, TimeProvider Time);
