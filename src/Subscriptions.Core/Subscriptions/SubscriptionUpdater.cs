using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Subscriptions;

/// <summary>
/// Changes existing subscriptions: checks what is asked for, then the store, then memory, then the workers. Called by one at a time.
/// </summary>
internal sealed class SubscriptionUpdater(SubscriptionTable table, Func<ChangeFeed> feed, RegistryServices services, RegistryErrors errors)
{
    private static readonly TimeSpan MinAckTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxAckTimeout = TimeSpan.FromHours(24);

    /// <summary>Compiles a definition's query with its parameters.</summary>
    /// <exception cref="QueryException">It cannot be used.</exception>
    /// <exception cref="InvalidInputException">The parameters are not one JSON object.</exception>
    /// <exception cref="EngineException">REVISIONS_NOT_CONFIGURED: it asks for revisions where none are kept.</exception>
    public CompiledQuery Compile(SubscriptionDefinition definition)
    {
        var query = services.Queries.Compile(definition.Query, definition.Parameters);
        if (query.Query.Source.Revisions is not null) RevisionsRequired.Check(definition.Database, feed(), query.Collection);
        return query;
    }

    /// <summary>Checks a definition, but for its name.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="prefix">What the caller's fields begin with: <c>definition.</c>, or nothing.</param>
    /// <exception cref="QueryException">The query cannot be used.</exception>
    /// <exception cref="InvalidInputException">A value is outside its range.</exception>
    public void Check(SubscriptionDefinition definition, string prefix)
    {
        Compile(definition);
        CheckSettings(definition, prefix);
    }

    /// <summary>Changes a subscription; durable on return.</summary>
    /// <returns>False when everything was as the changes want it already.</returns>
    public async Task<bool> UpdateAsync(SubscriptionEntry entry, SubscriptionChanges changes)
    {
        var before = entry.Definition;
        var after = changes.ApplyTo(before);

        // A query that an older server took, and this one does not, must not stand in the way of disabling the subscription.
        if (after.Query != before.Query || after.Parameters != before.Parameters) Compile(after);
        CheckSettings(after, "");
        var cursor = changes.Cursor?.Resolve(feed().Partitions, "cursor");
        if (after == before && cursor is null) return false;
        if (table.TryGet(after.Name, out var holder) && holder != entry) throw errors.NameTaken(after.Name);

        var ending = SubscriptionChanges.EndingOf(before, after, isMoved: cursor is not null);
        try
        {
            // Who began now would work by the definition as it was, on progress as it will be.
            entry.IsChanging = ending is not null;
            var progress = await StoreAsync(entry, after, cursor);
            entry.Redefined(after);
            if (cursor is not null) entry.Moved(progress);
        }
        finally
        {
            entry.IsChanging = false;
        }

        table.Rename(entry, before.Name, after.Name);

        // Last, because those that are ended come again at once.
        if (ending is { } code) services.Leases.Evict(entry.Id, _ => true, code);
        return true;
    }

    /// <summary>Disables a subscription because it cannot go on; durable on return.</summary>
    /// <returns>False when it was disabled already.</returns>
    public async Task<bool> StopAsync(SubscriptionEntry entry, string reason)
    {
        if (entry.Definition.Disabled) return false;
        var kept = reason.Length <= FailedItem.MaxReasonLength ? reason : reason[..FailedItem.MaxReasonLength];
        var stopped = entry.Definition with { Disabled = true, StoppedReason = kept };
        await StoreAsync(entry, stopped, cursor: null);
        entry.Redefined(stopped);
        services.Leases.Evict(entry.Id, _ => true, ErrorCode.SubscriptionDisabled, errors.Disabled(stopped).Message);
        return true;
    }

    private async Task<SubscriptionProgress> StoreAsync(SubscriptionEntry entry, SubscriptionDefinition after, ResumeToken? cursor)
    {
        if (cursor is not null && after == entry.Definition)
            return await services.Store.SetCursorAsync(entry.Id, cursor, CancellationToken.None) ?? throw errors.NotFound(after.Name);

        var (outcome, progress) = await services.Store.UpdateAsync(entry.Id, after, cursor, CancellationToken.None);
        if (outcome == UpdateOutcome.NameTaken) throw errors.NameTaken(after.Name);
        return progress ?? throw errors.NotFound(after.Name);
    }

    private static void CheckSettings(SubscriptionDefinition definition, string prefix)
    {
        definition.RetryPolicy.Check($"{prefix}retry_policy");
        if (definition.AckTimeout is not { } timeout) return;
        if (timeout < MinAckTimeout || timeout > MaxAckTimeout)
        {
            throw new InvalidInputException(
                $"{prefix}ack_timeout", timeout.ToString("c", CultureInfo.InvariantCulture), "is outside 1 second to 24 hours; 0 means without limit");
        }
    }
}
