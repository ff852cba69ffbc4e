namespace Subscriptions.Client;

/// <summary>What a <see cref="BulkWriter"/> wrote. All of it is durable.</summary>
/// <param name="Requests">Atomic requests.</param>
/// <param name="Operations">Operations.</param>
/// <param name="Changed">Operations that changed a document.</param>
public readonly record struct BulkWriteSummary(long Requests, long Operations, long Changed);
