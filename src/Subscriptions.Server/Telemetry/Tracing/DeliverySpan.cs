using System.Diagnostics;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;

namespace Subscriptions.Server.Telemetry.Tracing;

/// <summary>One batch's span, from the moment it is sent until it is known what became of it.</summary>
/// <remarks>
/// It is the root of a trace of its own, with links to the traces in which its documents were written, and to the worker's spans of acks and
/// nacks, which link back. Not a child of the worker's call:
/// that lasts for days, and a trace with every batch of those days would be of no use to anybody. Not a child of a write either: a batch
/// has many, and a trace has one root.
/// </remarks>
internal sealed class DeliverySpan
{
    /// <summary>The most links of a span, as OpenTelemetry limits them.</summary>
    public const int MaxLinks = 128;

    // The documents leave some for what the worker says.
    private const int MaxDocumentLinks = MaxLinks - 8;

    private const string Outcome = "subscriptions.delivery.outcome";

    private readonly Activity _activity;
    private bool _isAckReceived;
    private bool _isWritten;
    private int _links;
    private int _failures;

    private DeliverySpan(long batchId, Activity activity)
    {
        BatchId = batchId;
        _activity = activity;
    }

    /// <summary>The batch.</summary>
    public long BatchId { get; }

    /// <summary>What the worker is told of it; null when it is not recorded.</summary>
    public string? TraceParent => _activity is { Recorded: true, IdFormat: ActivityIdFormat.W3C } ? _activity.Id : null;

    /// <summary>Begins a span; null when nobody wants it.</summary>
    public static DeliverySpan? Start(Batch batch, string database, string subscription, string worker)
    {
        var around = Activity.Current;
        Activity.Current = null;
        var activity = ServerActivitySource.Source.StartActivity($"deliver {database}", ActivityKind.Client);
        Activity.Current = around;
        if (activity is null) return null;

        if (activity.IsAllDataRequested)
        {
            activity.SetTag("messaging.system", "subscriptions");
            activity.SetTag("messaging.operation.name", "deliver");
            activity.SetTag("messaging.destination.name", database);
            activity.SetTag("messaging.destination.subscription.name", subscription);
            activity.SetTag("messaging.client.id", worker);
            activity.SetTag("messaging.batch.message_count", batch.Items.Count);
            activity.SetTag("subscriptions.batch.id", batch.Id);
        }

        var span = new DeliverySpan(batch.Id, activity);
        if (activity.IsAllDataRequested) span.LinkToWriters(batch.Items);
        return span;
    }

    /// <summary>The network has taken all of it: from here on the worker is waited for.</summary>
    public void Written()
    {
        if (_isWritten) return;
        _isWritten = true;
        _activity.AddEvent(new ActivityEvent("sent"));
    }

    /// <summary>The worker failed items one by one.</summary>
    /// <param name="items">How many.</param>
    /// <param name="traceParent">The worker's span, as it says.</param>
    public void ItemsFailed(int items, string traceParent)
    {
        // A worker may repeat itself as it likes; a span keeps no more than this of it.
        if (++_failures > MaxLinks) return;
        _activity.AddEvent(new ActivityEvent("items failed", tags: new ActivityTagsCollection([new("subscriptions.batch.failed_count", items)])));
        LinkTo(traceParent);
    }

    /// <summary>The worker's ack has come; it is not durable yet.</summary>
    /// <param name="traceParent">The worker's span, as it says.</param>
    public void AckReceived(string traceParent)
    {
        // A worker may repeat itself as it likes.
        if (_isAckReceived) return;
        _isAckReceived = true;

        // Who acks has read it, even if the network has not reported that yet.
        Written();
        _activity.AddEvent(new ActivityEvent("ack"));
        LinkTo(traceParent);
    }

    /// <summary>The ack is durable.</summary>
    public void Acked()
    {
        _activity.SetTag(Outcome, "acked");
        _activity.Dispose();
    }

    /// <summary>The batch came back.</summary>
    /// <param name="reason">What the worker said.</param>
    /// <param name="traceParent">The worker's span, as it says.</param>
    public void Nacked(string reason, string traceParent)
    {
        LinkTo(traceParent);
        Fail("nacked", "NACK", reason);
    }

    /// <summary>The conversation ended before the ack was durable: the batch will be sent again.</summary>
    /// <param name="errorType">Why, in few values.</param>
    public void Lost(string errorType) => Fail("lost", errorType, description: null);

    private void Fail(string outcome, string errorType, string? description)
    {
        _activity.SetTag(Outcome, outcome);
        _activity.SetTag("error.type", errorType);
        _activity.SetStatus(ActivityStatusCode.Error, description);
        _activity.Dispose();
    }

    // What a worker says may be no trace at all, and it may say it as often as it likes.
    private void LinkTo(string traceParent)
    {
        if (_links < MaxLinks && _activity.IsAllDataRequested && TraceOrigin.Of(traceParent) is { } origin) Add(origin);
    }

    // Documents of one request stand side by side and share their origin, so most are passed over at a glance.
    private void LinkToWriters(IReadOnlyList<Change> items)
    {
        HashSet<TraceOrigin>? linked = null;
        TraceOrigin? last = null;
        for (var i = 0; i < items.Count && _links < MaxDocumentLinks; i++)
        {
            if (items[i].Origin is not { } origin || ReferenceEquals(origin, last)) continue;
            last = origin;
            if ((linked ??= []).Add(origin)) Add(origin);
        }
    }

    private void Add(TraceOrigin origin)
    {
        _links++;
        _activity.AddLink(new ActivityLink(origin.ToContext()));
    }
}
