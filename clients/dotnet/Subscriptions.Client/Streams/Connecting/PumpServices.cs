namespace Subscriptions.Client;

/// <summary>What the pumps of a consumer share.</summary>
internal sealed record PumpServices(
    PartitionConsumerOptions Options,
    IPartitionHandler Handler,
    CheckpointTracker Checkpoints,
    SemaphoreSlim Slots,
    ClientTelemetry Telemetry,
    TimeProvider Time,
    Random Random,
    Action<Exception> Fail,
    Action<int> Finished,
    Func<PartitionRollback, Task> RolledBackAsync);
