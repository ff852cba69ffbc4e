using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Validation;
using Subscriptions.Server.Grpc.Errors;
using Subscriptions.Server.Grpc.SubscriptionAdmin;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>The worker's conversation on the wire, but for batches.</summary>
internal static class WorkMapping
{
    private const int MaxReasonLength = 1024;

    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(1);

    /// <summary>What a worker says after it has opened.</summary>
    /// <exception cref="Core.Errors.EngineException">It opens again, or says nothing that is known.</exception>
    /// <exception cref="InvalidInputException">A field is outside its limit.</exception>
    public static WorkerMessage ToMessage(Wire.WorkRequest request) => request.MessageCase switch
    {
        Wire.WorkRequest.MessageOneofCase.Ack => new WorkerMessage.Ack(request.Ack.BatchId),
        Wire.WorkRequest.MessageOneofCase.Nack => ToNack(request.Nack),
        Wire.WorkRequest.MessageOneofCase.Heartbeat => new WorkerMessage.Heartbeat(request.Heartbeat.BatchInProgress),
        Wire.WorkRequest.MessageOneofCase.Open =>
            throw ProtocolViolation.Of("open", "The worker opened a second time; a conversation has one subscription."),
        _ => throw ProtocolViolation.Of("", "A message is empty, or of a kind that this server does not know."),
    };

    /// <summary>What the server says; not for batches.</summary>
    public static Wire.WorkResponse ToWire(ServerMessage message) => message switch
    {
        ServerMessage.Waiting waiting => new Wire.WorkResponse
        {
            Waiting = new Wire.WorkWaiting { Holder = SubscriptionMapping.ToWire(waiting.Holder, default, 0), PlaceInQueue = waiting.Place },
        },
        ServerMessage.Opened opened => new Wire.WorkResponse { Opened = ToWire(opened) },
        ServerMessage.AckConfirmed confirmed => new Wire.WorkResponse
        {
            AckConfirmed = new Wire.AckConfirmed { BatchId = confirmed.BatchId, ChangeVector = confirmed.Cursor.ToChangeVector().ToString() },
        },
        ServerMessage.CaughtUp caughtUp => new Wire.WorkResponse { CaughtUp = new Wire.CaughtUp { ResumeToken = caughtUp.Token.ToString() } },
        ServerMessage.Heartbeat heartbeat => new Wire.WorkResponse
        {
            Heartbeat = new Wire.ServerHeartbeat { Lag = heartbeat.Lag, HighSeqno = heartbeat.HighSeqno },
        },
        ServerMessage.Rewound rewound => new Wire.WorkResponse
        {
            Rewound = new Wire.Rewound
            {
                FromChangeVector = rewound.From.ToChangeVector().ToString(),
                ToChangeVector = rewound.To.ToChangeVector().ToString(),
                Reason = rewound.Reason,
            },
        },
        ServerMessage.Closing(var reason) => new Wire.WorkResponse
        {
            Closing = new Wire.Closing { Reason = (Wire.ErrorReason)reason.Code, Message = reason.Message, Reconnect = reason.IsReconnect },
        },
        _ => throw new InvalidOperationException($"{message.GetType().Name} is not sent so."),
    };

    private static Wire.WorkOpened ToWire(ServerMessage.Opened opened) => new()
    {
        FencingToken = opened.Token.Value,
        ChangeVector = opened.Cursor.ToChangeVector().ToString(),
        ResumeToken = opened.Cursor.ToString(),
        Node = opened.Timing.Node,
        HeartbeatInterval = Duration.FromTimeSpan(opened.Timing.HeartbeatInterval),
        SilenceTimeout = Duration.FromTimeSpan(opened.Timing.SilenceTimeout),
        Definition = SubscriptionMapping.ToWire(opened.Definition),
        MaxDocs = opened.Options.MaxDocs,
        MaxBytes = opened.Options.MaxBytes,
        Window = opened.Options.Window,
    };

    private static WorkerMessage.Nack ToNack(Wire.BatchNack nack)
    {
        if (nack.Reason.Length > MaxReasonLength)
        {
            throw new InvalidInputException(
                "nack.reason", nack.Reason, $"is {nack.Reason.Length} characters long; a reason has at most {MaxReasonLength}");
        }

        var delay = nack.Delay is { } wanted ? WireTime.ToTimeSpan(wanted, "nack.delay") : (TimeSpan?)null;
        if (delay is { } value && (value < TimeSpan.Zero || value > MaxDelay))
        {
            throw new InvalidInputException(
                "nack.delay", value.ToString("c", CultureInfo.InvariantCulture), $"is outside 0 to {MaxDelay.TotalHours} hours");
        }

        return new WorkerMessage.Nack(nack.BatchId, [.. nack.ItemIds], nack.Reason, delay);
    }
}
