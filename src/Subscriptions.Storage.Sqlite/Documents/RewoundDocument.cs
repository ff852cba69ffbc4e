using Subscriptions.Core.Documents;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>A document that was changed above the seqno of a rewind.</summary>
/// <param name="Id">The document.</param>
/// <param name="Newest">The key of its newest version.</param>
/// <param name="Kind">What that is.</param>
/// <param name="Generation">That version's.</param>
/// <param name="Then">The key of the version of then; <see cref="Gone"/> or <see cref="Unknown"/>.</param>
internal readonly record struct RewoundDocument(string Id, long Newest, ChangeKind Kind, long Generation, long Then)
{
    /// <summary>It did not exist then.</summary>
    public const long Gone = 0;

    /// <summary>Which version it had, or what was in it, is not known any more.</summary>
    public const long Unknown = -1;
}
