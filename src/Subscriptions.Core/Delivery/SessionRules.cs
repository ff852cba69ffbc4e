namespace Subscriptions.Core.Delivery;

/// <summary>What holds for one conversation.</summary>
/// <param name="Options">What the worker asked for.</param>
/// <param name="Timing">The server's settings.</param>
/// <param name="AckTimeout">How long the oldest unacked batch may take; null: without limit.</param>
/// <param name="IsShared">Others may work on the subscription too.</param>
internal sealed record SessionRules(SessionOptions Options, DeliveryOptions Timing, TimeSpan? AckTimeout, bool IsShared);
