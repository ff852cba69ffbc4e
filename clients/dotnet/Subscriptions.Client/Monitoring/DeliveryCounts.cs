namespace Subscriptions.Client;

/// <summary>Counts that only rise, since the server started.</summary>
/// <param name="Batches">Batches sent, again after a nack included.</param>
/// <param name="Items">The items in them.</param>
/// <param name="Redelivered">Those of the items that had been delivered before.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Scanned">Changes looked at.</param>
/// <param name="Filtered">Those of them that were not sent.</param>
/// <param name="Acks">Batches whose acks are durable.</param>
/// <param name="Nacks">Times that a worker sent batches back.</param>
/// <param name="Failed">Items that could not be processed.</param>
/// <param name="Retried">Those that are tried again.</param>
/// <param name="DeadLettered">Those that were given up.</param>
/// <param name="ScriptErrors">Changes on which the query's script failed.</param>
/// <param name="Rewinds">Times that the cursor was moved back because it was not part of the history any more.</param>
public sealed record DeliveryCounts(
    long Batches,
    long Items,
    long Redelivered,
    long Bytes,
    long Scanned,
    long Filtered,
    long Acks,
    long Nacks,
    long Failed,
    long Retried,
    long DeadLettered,
    long ScriptErrors,
    long Rewinds);
