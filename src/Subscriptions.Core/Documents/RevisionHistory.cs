namespace Subscriptions.Core.Documents;

/// <summary>A document's version and those before it, by revision: what two copies of a document need to tell which of them is newer. Immutable.</summary>
/// <param name="Revision">The version.</param>
/// <param name="Ancestors">
/// The digests of the versions before it that are known, newest first and without a gap: the one at index <c>i</c> is of generation
/// <c>Revision.Generation - 1 - i</c>.
/// </param>
/// <param name="Kind">What the version is; ignored in a write, whose own kind says it.</param>
public sealed record RevisionHistory(Revision Revision, IReadOnlyList<UInt128> Ancestors, ChangeKind Kind = ChangeKind.Put)
{
    /// <summary>
    /// How many ancestors a store keeps of a document, the newest ones: with the version itself 1000 revisions, as many as CouchDB keeps unless it is told
    /// otherwise (<c>revs_limit</c>). A copy that missed more than these cannot be recognised as an older one.
    /// </summary>
    public const int MaxAncestors = 999;

    /// <summary>The highest generation that a version made elsewhere may have: far above all that edits lead to, and far below where numbers end.</summary>
    public const long MaxGeneration = 1_000_000_000_000;

    /// <summary>The generation of the oldest revision that is known; the version's own when it has no ancestors.</summary>
    public long OldestGeneration => Revision.Generation - Ancestors.Count;

    /// <summary>Whether a revision is the version's own or one of its known ancestors.</summary>
    public bool Has(Revision revision)
    {
        if (revision == Revision) return true;
        var index = IndexOf(revision.Generation);
        return index >= 0 && index < Ancestors.Count && Ancestors[(int)index] == revision.Digest;
    }

    /// <summary>
    /// The ancestors that a version has when it follows one whose own ancestors are known: both together, at most <see cref="MaxAncestors"/>.
    /// </summary>
    /// <param name="known">The history of a version among <see cref="Ancestors"/>.</param>
    public IReadOnlyList<UInt128> AncestorsAfter(RevisionHistory known)
    {
        var own = ReachesBeyond(known) ? Ancestors : [.. NewerThan(known), known.Revision.Digest, .. known.Ancestors];
        return own.Count <= MaxAncestors ? own : [.. own.Take(MaxAncestors)];
    }

    /// <summary>Whether it knows older revisions than the history of one of its ancestors does.</summary>
    public bool ReachesBeyond(RevisionHistory known) => OldestGeneration < known.OldestGeneration;

    /// <summary>The digests of the versions between this one and one of its ancestors, newest first.</summary>
    public IEnumerable<UInt128> NewerThan(RevisionHistory known) => Ancestors.Take((int)IndexOf(known.Revision.Generation));

    private long IndexOf(long generation) => Revision.Generation - 1 - generation;
}
