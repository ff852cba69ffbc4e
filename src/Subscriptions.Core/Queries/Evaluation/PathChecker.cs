using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>Checks where a query's paths begin.</summary>
/// <param name="readsRevisions">Whether the query reads pairs of versions.</param>
internal sealed class PathChecker(bool readsRevisions)
{
    /// <exception cref="QueryException">The path leads nowhere in any document.</exception>
    public void Check(PathOperand path)
    {
        if (!readsRevisions || path.Steps.Count == 0 || RevisionPair.IsSide(path.Steps[0])) return;
        throw QueryException.At(
            path.Position, $"{path} begins with neither '{RevisionPair.Current}' nor '{RevisionPair.Previous}', which is all that a query with (Revisions = true) sees");
    }

    /// <summary>Whether the path is one of a pair's two versions, which is null when there is none.</summary>
    public bool IsWholeVersion(PathOperand path) => readsRevisions && path.Steps.Count == 1;
}
