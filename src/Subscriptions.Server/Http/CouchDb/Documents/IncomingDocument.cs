using Subscriptions.Core.Documents;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>A document as a client sent it, taken apart. Immutable.</summary>
internal sealed record IncomingDocument
{
    /// <summary>Its <c>_id</c>; null when it has none.</summary>
    public string? Id { get; init; }

    /// <summary>Its <c>_rev</c>; null when it has none.</summary>
    public Revision? Revision { get; init; }

    /// <summary>Its <c>_rev</c> as it was sent.</summary>
    public string? RevisionText { get; init; }

    /// <summary>Whether it has <c>"_deleted":true</c>.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Its <c>_revisions</c>; null when it has none.</summary>
    public RevisionPath? Revisions { get; init; }

    /// <summary>All other members: one JSON object, compact. Nobody else's bytes.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }
}

/// <summary>The way to a revision: <c>{"start":3,"ids":["c","b","a"]}</c>.</summary>
/// <param name="Start">The generation of the first.</param>
/// <param name="Ids">What follows the generation, the newest first.</param>
internal sealed record RevisionPath(long Start, IReadOnlyList<string> Ids);
