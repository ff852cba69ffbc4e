using System.Diagnostics;

namespace Subscriptions.Client;

/// <summary>Reports operations on one server as spans and metrics. Costs nothing while nobody listens.</summary>
internal sealed class ClientTelemetry(Uri address, TimeProvider time)
{
    public TimeProvider Time { get; } = time;

    /// <summary>Begins an operation on a batch that was received; its span links to those that the operation says.</summary>
    public OperationScope Begin(ClientOperation operation, string database, SubscriptionBatch batch, string subscription, long startedAt = 0)
    {
        var scope = Begin(operation, database, batch.Items.Count, subscription, startedAt);
        scope.LinkTo(batch);
        return scope;
    }

    /// <summary>Begins an operation; disposing of the result ends it.</summary>
    public OperationScope Begin(
        ClientOperation operation,
        string database,
        int messages,
        string? subscription = null,
        long startedAt = 0)
    {
        if (!ClientActivitySource.Source.HasListeners() && !ClientMetrics.IsEnabled(operation))
        {
            return OperationScope.None;
        }

        var now = Time.GetTimestamp();
        startedAt = startedAt == 0 ? now : startedAt;
        var tags = Tags(operation, database, subscription);
        var activity = ClientActivitySource.Source.StartActivity(
            operation.Kind,
            parentContext: default,
            tags,
            startTime: Time.GetUtcNow() - Time.GetElapsedTime(startedAt, now),
            name: $"{operation.Name} {database}");
        activity?.SetTag("messaging.batch.message_count", messages);
        return new OperationScope(this, operation, activity, tags, messages, startedAt);
    }

    /// <summary>Counts a connection that ended and is made anew.</summary>
    public void Reconnecting(string database, string subscription, string errorType)
    {
        if (ClientMetrics.Reconnects.Enabled)
        {
            var tags = Common(database, subscription);
            tags.Add("error.type", errorType);
            ClientMetrics.Reconnects.Add(1, tags);
        }
    }

    /// <summary>Counts a partition that was taken back.</summary>
    public void RolledBack(string database, string consumer, RollbackReason reason)
    {
        if (ClientMetrics.Rollbacks.Enabled)
        {
            var tags = Common(database, consumer);
            tags.Add("subscriptions.rollback.reason", reason.ToString());
            ClientMetrics.Rollbacks.Add(1, tags);
        }
    }

    /// <summary>Few values, as they become a dimension: the reason's name, else the exception's.</summary>
    public static string ErrorType(Exception exception) => exception switch
    {
        SubscriptionsException { Reason: not ErrorReason.Unknown } e => e.Reason.ToString(),
        _ => exception.GetType().Name,
    };

    private TagList Tags(ClientOperation operation, string database, string? subscription)
    {
        var tags = Common(database, subscription);
        tags.Add("messaging.operation.name", operation.Name);
        tags.Add("messaging.operation.type", operation.Type);
        return tags;
    }

    private TagList Common(string database, string? subscription)
    {
        var tags = new TagList
        {
            { "messaging.system", "subscriptions" },
            { "messaging.destination.name", database },
            { "server.address", address.Host },
            { "server.port", address.Port },
        };
        if (subscription is not null)
        {
            tags.Add("messaging.destination.subscription.name", subscription);
        }

        return tags;
    }
}
