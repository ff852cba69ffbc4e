using System.Diagnostics;

namespace Subscriptions.Client;

/// <summary>An operation in the words of OpenTelemetry's messaging conventions.</summary>
/// <param name="Name"><c>messaging.operation.name</c>, and the first word of the span's name.</param>
/// <param name="Type"><c>messaging.operation.type</c>.</param>
/// <param name="Kind">The span's kind.</param>
internal sealed record ClientOperation(string Name, string Type, ActivityKind Kind)
{
    public static ClientOperation Send { get; } = new("send", "send", ActivityKind.Producer);

    public static ClientOperation Receive { get; } = new("receive", "receive", ActivityKind.Client) { LinksToWriters = true };

    public static ClientOperation Process { get; } =
        new("process", "process", ActivityKind.Consumer) { LinksToWriters = true, LinksToDelivery = true };

    public static ClientOperation Ack { get; } = new("ack", "settle", ActivityKind.Client) { LinksToDelivery = true };

    public static ClientOperation Nack { get; } = new("nack", "settle", ActivityKind.Client) { LinksToDelivery = true };

    /// <summary>Its span links to those in which the items were written.</summary>
    public bool LinksToWriters { get; private init; }

    /// <summary>Its span links to the server's span of the batch.</summary>
    public bool LinksToDelivery { get; private init; }
}
