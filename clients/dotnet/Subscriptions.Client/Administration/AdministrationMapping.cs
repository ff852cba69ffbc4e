using Google.Protobuf.WellKnownTypes;

namespace Subscriptions.Client;

/// <summary>Between this library's types about subscriptions and the contract's.</summary>
internal static class AdministrationMapping
{
    public static V1.SubscriptionDefinition ToWire(SubscriptionDefinition definition) => new()
    {
        Name = definition.Name,
        Query = definition.Query,
        IncludeDeletes = definition.IncludeDeletes,
        Disabled = definition.Disabled,
        RetryPolicy = ToWire(definition.RetryPolicy),
        AckTimeout = definition.AckTimeout?.ToDuration(),
        Parameters = definition.Parameters,
    };

    public static SubscriptionDefinition FromWire(V1.SubscriptionDefinition definition) => new(definition.Name, definition.Query)
    {
        IncludeDeletes = definition.IncludeDeletes,
        Disabled = definition.Disabled,
        RetryPolicy = FromWire(definition.RetryPolicy),
        AckTimeout = definition.AckTimeout is { } timeout && (timeout.Seconds != 0 || timeout.Nanos != 0) ? timeout.ToTimeSpan() : null,
        Parameters = definition.Parameters,
    };

    public static V1.UpdateSubscriptionRequest ToWire(string database, string name, SubscriptionUpdate update)
    {
        var request = new V1.UpdateSubscriptionRequest
        {
            Database = database,
            Name = name,
            RetryPolicy = update.RetryPolicy is { } policy ? ToWire(policy) : null,
            AckTimeout = update.AckTimeout?.ToDuration(),
            Cursor = update.Cursor?.Wire,
            AllowMissing = update.CreateIfMissing,
        };

        // The generated class takes no null for what may be absent.
        if (update.NewName is { } newName)
        {
            request.NewName = newName;
        }

        if (update.Query is { } query)
        {
            request.Query = query;
        }

        if (update.IncludeDeletes is { } includeDeletes)
        {
            request.IncludeDeletes = includeDeletes;
        }

        if (update.Disabled is { } disabled)
        {
            request.Disabled = disabled;
        }

        if (update.Parameters is { } parameters)
        {
            request.Parameters = parameters;
        }

        return request;
    }

    public static V1.ListSubscriptionsRequest ToWire(string database, SubscriptionFilter? filter, string pageToken)
    {
        var request = new V1.ListSubscriptionsRequest
        {
            Database = database,
            PageToken = pageToken,
            NamePrefix = filter?.NamePrefix ?? string.Empty,
        };
        if (filter?.Disabled is { } disabled)
        {
            request.Disabled = disabled;
        }

        if (filter?.Connected is { } connected)
        {
            request.Connected = connected;
        }

        return request;
    }

    public static SubscriptionInfo FromWire(V1.Subscription subscription) => new(
        FromWire(subscription.Definition ?? new V1.SubscriptionDefinition()),
        subscription.Id,
        subscription.CreatedAt?.ToDateTimeOffset() ?? default,
        subscription.ChangeVector,
        subscription.ResumeToken,
        subscription.LastAckAt?.ToDateTimeOffset(),
        subscription.FencingToken,
        [.. subscription.Workers.Select(FromWire)],
        [.. subscription.WaitingWorkers.Select(FromWire)],
        subscription.Lag,
        subscription.RetryCount,
        subscription.DeadLetterCount,
        subscription.StoppedReason.Length > 0 ? subscription.StoppedReason : null);

    private static V1.RetryPolicy ToWire(RetryPolicy policy) => new()
    {
        MaxAttempts = policy.MaxAttempts,
        InitialBackoff = policy.InitialBackoff.ToDuration(),
        MaxBackoff = policy.MaxBackoff.ToDuration(),
        OnExhausted = (V1.ExhaustedAction)policy.OnExhausted,
        OnScriptError = (V1.ScriptErrorAction)policy.OnScriptError,
    };

    // What a server leaves out is what the contract names as the default, which the type has too.
    private static RetryPolicy FromWire(V1.RetryPolicy? policy)
    {
        var defaults = new RetryPolicy();
        return policy is null ? defaults : new RetryPolicy
        {
            MaxAttempts = policy.MaxAttempts == 0 ? defaults.MaxAttempts : policy.MaxAttempts,
            InitialBackoff = policy.InitialBackoff?.ToTimeSpan() ?? defaults.InitialBackoff,
            MaxBackoff = policy.MaxBackoff?.ToTimeSpan() ?? defaults.MaxBackoff,
            OnExhausted = policy.OnExhausted == V1.ExhaustedAction.Unspecified ? defaults.OnExhausted : (ExhaustedAction)policy.OnExhausted,
            OnScriptError = policy.OnScriptError == V1.ScriptErrorAction.Unspecified
                ? defaults.OnScriptError
                : (ScriptErrorAction)policy.OnScriptError,
        };
    }

    public static WorkerInfo FromWire(V1.Worker worker) => new(
        worker.Name,
        worker.Address,
        worker.ConnectedAt?.ToDateTimeOffset(),
        Mapping.Strategy(worker.Strategy),
        worker.FencingToken,
        worker.BatchesInFlight);
}
