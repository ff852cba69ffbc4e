namespace Subscriptions.Core.Delivery.History;

/// <summary>What is known of a batch, while more may become known. Belongs to the history and its lock.</summary>
internal sealed class BatchTrack(ConnectionHistory connection, long batchId)
{
    public long Number { get; set; }

    public long BatchId => batchId;

    public BatchState State { get; set; } = BatchState.Sending;

    public required int Items { get; init; }

    public required int Redelivered { get; init; }

    public required int Attempt { get; init; }

    public required long Bytes { get; init; }

    public required DateTimeOffset BuiltAt { get; init; }

    public required DateTimeOffset SendingAt { get; init; }

    public DateTimeOffset? SentAt { get; set; }

    public DateTimeOffset? AckedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public string NackReason { get; set; } = "";

    public BatchRecord ToRecord() => new(connection.Id, batchId, State)
    {
        Number = Number,
        WorkerName = connection.WorkerName,
        Token = connection.Token ?? default,
        Items = Items,
        Redelivered = Redelivered,
        Attempt = Attempt,
        Bytes = Bytes,
        BuiltAt = BuiltAt,
        SendingAt = SendingAt,
        SentAt = SentAt,
        AckedAt = AckedAt,
        EndedAt = EndedAt,
        NackReason = NackReason,
    };
}
