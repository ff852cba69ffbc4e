using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Subscriptions.Client;

/// <summary>The instruments of this library, declared once.</summary>
internal static class ClientMetrics
{
    private static readonly Meter Meter = new(SubscriptionsTelemetry.MeterName, ClientActivitySource.Version);

    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    public static Histogram<double> OperationDuration { get; } = Meter.CreateHistogram(
        "messaging.client.operation.duration", "s", "How long an operation on the server took.", tags: null, Durations);

    public static Histogram<double> ProcessDuration { get; } = Meter.CreateHistogram(
        "messaging.process.duration", "s", "How long the handler worked on a batch.", tags: null, Durations);

    public static Counter<long> SentMessages { get; } = Meter.CreateCounter<long>(
        "messaging.client.sent.messages", "{message}", "Write operations that were sent.");

    public static Counter<long> ConsumedMessages { get; } = Meter.CreateCounter<long>(
        "messaging.client.consumed.messages", "{message}", "Items that were handed to the application.");

    public static Counter<long> Reconnects { get; } = Meter.CreateCounter<long>(
        "subscriptions.client.reconnects", "{connection}", "Connections of workers and consumers that ended and are made anew.");

    public static Counter<long> Rollbacks { get; } = Meter.CreateCounter<long>(
        "subscriptions.client.rollbacks", "{rollback}", "Partitions of consumers that were taken back.");

    public static bool IsEnabled(ClientOperation operation) =>
        operation == ClientOperation.Process ? ProcessDuration.Enabled
        : OperationDuration.Enabled
            || (operation == ClientOperation.Send && SentMessages.Enabled)
            || (operation == ClientOperation.Receive && ConsumedMessages.Enabled);

    public static void Record(ClientOperation operation, TimeSpan duration, int messages, in TagList tags)
    {
        if (operation == ClientOperation.Process)
        {
            ProcessDuration.Record(duration.TotalSeconds, tags);
            return;
        }

        OperationDuration.Record(duration.TotalSeconds, tags);
        if (operation == ClientOperation.Send)
        {
            SentMessages.Add(messages, tags);
        }
        else if (operation == ClientOperation.Receive)
        {
            ConsumedMessages.Add(messages, tags);
        }
    }
}
