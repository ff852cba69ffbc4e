namespace Subscriptions.Client;

/// <summary>
/// The names under which this library reports: give them to <c>AddSource</c> and <c>AddMeter</c>. Spans and metrics follow OpenTelemetry's
/// conventions for messaging; <c>messaging.destination.name</c> is the database and
/// <c>messaging.destination.subscription.name</c> the subscription.
/// </summary>
public static class SubscriptionsTelemetry
{
    /// <summary>The name of the activity source: <c>send</c>, <c>receive</c>, <c>process</c>, <c>ack</c> and <c>nack</c> spans.</summary>
    public const string ActivitySourceName = "Subscriptions.Client";

    /// <summary>
    /// The name of the meter: <c>messaging.client.operation.duration</c>, <c>messaging.process.duration</c>,
    /// <c>messaging.client.sent.messages</c>, <c>messaging.client.consumed.messages</c>, <c>subscriptions.client.reconnects</c> and
    /// <c>subscriptions.client.rollbacks</c>.
    /// </summary>
    public const string MeterName = "Subscriptions.Client";
}
