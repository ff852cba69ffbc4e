using System.Globalization;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>Where a version that was made elsewhere comes from: its <c>_revisions</c>, or its <c>_rev</c> alone.</summary>
internal static class ReplicaHistory
{
    private const int DigestDigits = 32;

    /// <summary>The history.</summary>
    /// <exception cref="CouchException">The document does not say, or has revisions of another kind than those of CouchDB, PouchDB and this server.</exception>
    public static RevisionHistory Of(IncomingDocument document)
    {
        if (document.Revisions is { Ids.Count: > 0 } path)
        {
            var ancestors = path.Ids.Skip(1).Take(RevisionHistory.MaxAncestors).Select(Digest);
            return new RevisionHistory(new Revision(path.Start, Digest(path.Ids[0])), [.. ancestors]);
        }

        if (document.Revision is not { } alone) throw CouchException.BadRequest("A document with new_edits=false needs _revisions, or _rev.");
        return new RevisionHistory(alone.Generation > 0 ? alone : throw Foreign(document.RevisionText!), []);
    }

    private static UInt128 Digest(string id) =>
        id.Length == DigestDigits && UInt128.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digest)
            ? digest
            : throw Foreign(id);

    private static CouchException Foreign(string id) =>
        CouchException.BadRequest($"Invalid rev format: '{id}'; behind the generation a revision has {DigestDigits} hex digits here.");
}
