using System.Diagnostics;

namespace Subscriptions.Client;

/// <summary>An operation that is under way. Disposing of it ends its span and records its duration. Not thread-safe.</summary>
internal sealed class OperationScope : IDisposable
{
    private readonly ClientTelemetry? _telemetry;
    private readonly ClientOperation _operation;
    private readonly Activity? _activity;
    private readonly int _messages;
    private readonly long _startedAt;
    private TagList _tags;
    private bool _isOver;

    public OperationScope(
        ClientTelemetry? telemetry,
        ClientOperation operation,
        Activity? activity,
        TagList tags,
        int messages,
        long startedAt)
    {
        _telemetry = telemetry;
        _operation = operation;
        _activity = activity;
        _tags = tags;
        _messages = messages;
        _startedAt = startedAt;
    }

    /// <summary>For when nobody listens.</summary>
    public static OperationScope None { get; } = new(null, ClientOperation.Send, null, default, 0, 0);

    /// <summary>
    /// What the request of the operation tells the server about its trace: this span or, when nobody wants it, the one around it.
    /// Null when there is none that is recorded.
    /// </summary>
    public string? TraceParent => TraceLinks.TraceParent(_activity ?? Activity.Current);

    /// <summary>Links the span to those of the batch's delivery and of its items' writers, as the operation says.</summary>
    public void LinkTo(SubscriptionBatch batch)
    {
        if (_activity is { IsAllDataRequested: true })
        {
            TraceLinks.Add(
                _activity,
                _operation.LinksToDelivery ? batch.TraceParent : null,
                _operation.LinksToWriters ? batch.Items : []);
        }
    }

    /// <summary>Says that the operation failed.</summary>
    public void Fail(Exception exception)
    {
        if (_telemetry is null || _isOver)
        {
            return;
        }

        var type = ClientTelemetry.ErrorType(exception);
        _tags.Add("error.type", type);
        _activity?.SetTag("error.type", type);
        _activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
    }

    /// <summary>Ends the operation.</summary>
    public void Dispose()
    {
        if (_telemetry is null || _isOver)
        {
            return;
        }

        _isOver = true;
        ClientMetrics.Record(_operation, _telemetry.Time.GetElapsedTime(_startedAt), _messages, _tags);
        _activity?.Dispose();
    }
}
