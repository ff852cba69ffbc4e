using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Subscriptions.Server.Grpc.Work;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.SubscriptionAdmin;

/// <summary>Subscriptions on the wire.</summary>
internal static class SubscriptionMapping
{
    /// <summary>A definition of a database's subscription; checked by the registry.</summary>
    /// <exception cref="InvalidInputException">There is none, or it has no query.</exception>
    public static SubscriptionDefinition ToDefinition(Wire.SubscriptionDefinition? wire, DatabaseName database)
    {
        if (wire is null) throw new InvalidInputException("definition", "", "is required");
        SubscriptionDefinition.CheckName(wire.Name, "definition.name");
        if (wire.Query.Length == 0) throw new InvalidInputException("definition.query", "", "is required, such as: from Orders");
        return new SubscriptionDefinition
        {
            Database = database,
            Name = wire.Name,
            Query = wire.Query,
            IncludeDeletes = wire.IncludeDeletes,
            Disabled = wire.Disabled,
            RetryPolicy = wire.RetryPolicy is { } policy ? RetryPolicyMapping.ToPolicy(policy, "definition.retry_policy") : RetryPolicy.Default,
            AckTimeout = wire.AckTimeout is { } timeout && WireTime.ToTimeSpan(timeout, "definition.ack_timeout") is var limit && limit != TimeSpan.Zero ? limit : null,
            Parameters = wire.Parameters,
        };
    }

    /// <summary>What an update names; checked by the registry.</summary>
    /// <exception cref="InvalidInputException">A field is outside its limit.</exception>
    public static SubscriptionChanges ToChanges(Wire.UpdateSubscriptionRequest wire)
    {
        if (wire is { HasQuery: true, Query: "" }) throw new InvalidInputException("query", "", "is empty; leave it out where it shall stay, or give one, such as: from Orders");
        return new SubscriptionChanges
        {
            NewName = wire.HasNewName ? wire.NewName : null,
            Query = wire.HasQuery ? wire.Query : null,
            IncludeDeletes = wire.HasIncludeDeletes ? wire.IncludeDeletes : null,
            Disabled = wire.HasDisabled ? wire.Disabled : null,
            RetryPolicy = wire.RetryPolicy is { } policy ? RetryPolicyMapping.ToPolicy(policy, "retry_policy") : null,
            AckTimeout = wire.AckTimeout is { } timeout ? WireTime.ToTimeSpan(timeout, "ack_timeout") : null,
            Parameters = wire.HasParameters ? wire.Parameters : null,
            Cursor = ToStartPoint(wire.Cursor, "cursor"),
            AllowMissing = wire.AllowMissing,
        };
    }

    /// <summary>Where a subscription is to begin; null when the caller does not say.</summary>
    /// <exception cref="InvalidInputException">A text is no change vector or token.</exception>
    public static StartPoint? ToStartPoint(Wire.Cursor? cursor, string field)
    {
        switch (cursor?.PositionCase)
        {
            case Wire.Cursor.PositionOneofCase.Beginning:
                return new StartPoint.Beginning();
            case Wire.Cursor.PositionOneofCase.Now:
                return new StartPoint.Now();
            case Wire.Cursor.PositionOneofCase.ChangeVector:
                return ChangeVector.TryParse(cursor.ChangeVector, out var vector, out var error)
                    ? new StartPoint.Vector(vector)
                    : throw new InvalidInputException($"{field}.change_vector", cursor.ChangeVector, $"is no change vector: {error}");
            case Wire.Cursor.PositionOneofCase.ResumeToken:
                return ResumeToken.TryParse(cursor.ResumeToken, out ResumeToken token)
                    ? new StartPoint.Token(token)
                    : throw new InvalidInputException($"{field}.resume_token", cursor.ResumeToken, "is not a token that this server gave out");
            default:
                return null;
        }
    }

    /// <summary>A definition.</summary>
    public static Wire.SubscriptionDefinition ToWire(SubscriptionDefinition definition) => new()
    {
        Name = definition.Name,
        Query = definition.Query,
        IncludeDeletes = definition.IncludeDeletes,
        Disabled = definition.Disabled,
        RetryPolicy = RetryPolicyMapping.ToWire(definition.RetryPolicy),
        AckTimeout = definition.AckTimeout is { } timeout ? Duration.FromTimeSpan(timeout) : null,
        Parameters = definition.Parameters,
    };

    /// <summary>A subscription, where it stands and who works on it.</summary>
    public static Wire.Subscription ToWire(
        StoredSubscription stored, LeaseSnapshot leases, long lag, FailedItemCounts failed, WorkerConnections connections)
    {
        var progress = stored.Progress;
        var wire = new Wire.Subscription
        {
            Definition = ToWire(stored.Definition),
            Id = stored.Id.ToString(),
            CreatedAt = Timestamp.FromDateTimeOffset(stored.CreatedAt),
            ChangeVector = progress.Cursor.ToChangeVector().ToString(),
            ResumeToken = progress.Cursor.ToString(),
            LastAckAt = progress.LastAckAt is { } at ? Timestamp.FromDateTimeOffset(at) : null,
            FencingToken = progress.Token.Value,
            Lag = lag,
            RetryCount = failed.Retries,
            DeadLetterCount = failed.DeadLetters,
            StoppedReason = stored.Definition.StoppedReason,
        };
        foreach (var (worker, token) in leases.Holders)
        {
            var inFlight = token is { } held ? connections.CountInFlight(stored.Id, held) : 0;
            wire.Workers.Add(ToWire(worker, token ?? default, inFlight));
        }

        foreach (var worker in leases.Waiting) wire.WaitingWorkers.Add(ToWire(worker, default, 0));
        return wire;
    }

    /// <summary>A worker.</summary>
    public static Wire.Worker ToWire(WorkerInfo worker, FencingToken token, int batchesInFlight) => new()
    {
        Name = worker.Name,
        Address = worker.Address,
        ConnectedAt = Timestamp.FromDateTimeOffset(worker.ConnectedAt),
        Strategy = (Wire.OpeningStrategy)worker.Strategy,
        FencingToken = token.Value,
        BatchesInFlight = batchesInFlight,
    };
}
