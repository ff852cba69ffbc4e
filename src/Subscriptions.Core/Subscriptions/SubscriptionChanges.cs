using Subscriptions.Core.Errors;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Subscriptions;

/// <summary>What an update names; what is null stays as it is. Immutable.</summary>
public sealed record SubscriptionChanges
{
    /// <summary>Another name; cursor, progress and workers stay.</summary>
    public string? NewName { get; init; }

    /// <summary>Another query.</summary>
    public string? Query { get; init; }

    /// <summary>Deliver deletions and expiries too, or not.</summary>
    public bool? IncludeDeletes { get; init; }

    /// <summary>Refuse workers, or admit them; admitting forgets why the subscription disabled itself.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Another retry policy, as a whole.</summary>
    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>Another ack timeout; zero: without limit.</summary>
    public TimeSpan? AckTimeout { get; init; }

    /// <summary>Other values of the query's parameters; empty: none.</summary>
    public string? Parameters { get; init; }

    /// <summary>Where the cursor is moved to; of a subscription that is created: where it begins.</summary>
    public StartPoint? Cursor { get; init; }

    /// <summary>Create the subscription when it is missing.</summary>
    public bool AllowMissing { get; init; }

    /// <summary>What a definition becomes.</summary>
    internal SubscriptionDefinition ApplyTo(SubscriptionDefinition definition) => definition with
    {
        Name = NewName ?? definition.Name,
        Query = Query ?? definition.Query,
        IncludeDeletes = IncludeDeletes ?? definition.IncludeDeletes,
        Disabled = Disabled ?? definition.Disabled,
        StoppedReason = Disabled == false ? "" : definition.StoppedReason,
        RetryPolicy = RetryPolicy ?? definition.RetryPolicy,
        AckTimeout = AckTimeout is { } timeout ? (timeout == TimeSpan.Zero ? null : timeout) : definition.AckTimeout,
        Parameters = Parameters ?? definition.Parameters,
    };

    /// <summary>The definition that is created where there is none.</summary>
    /// <exception cref="InvalidInputException">A new subscription needs what is not named.</exception>
    internal SubscriptionDefinition ToDefinition(Documents.DatabaseName database, string name)
    {
        if (NewName is not null)
            throw new InvalidInputException("new_name", NewName, $"cannot be given to '{name}', which does not exist; create it under the name it shall have");
        if (string.IsNullOrEmpty(Query))
            throw new InvalidInputException("query", "", $"is required, because '{name}' does not exist and is created; such as: from Orders");
        return ApplyTo(new SubscriptionDefinition { Database = database, Name = name, Query = Query });
    }

    /// <summary>Why workers are ended by a change; null: they are not.</summary>
    internal static ErrorCode? EndingOf(SubscriptionDefinition before, SubscriptionDefinition after, bool isMoved)
    {
        if (after.Disabled) return before.Disabled ? null : ErrorCode.SubscriptionDisabled;
        var isSame = after with { Name = before.Name, Disabled = before.Disabled, StoppedReason = before.StoppedReason } == before;
        return isSame && !isMoved ? null : ErrorCode.SubscriptionChanged;
    }
}
