using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Evaluation;

namespace Subscriptions.Core.Queries.Projections;

/// <summary>What a query makes of a document. Immutable; shared by all readers of a query.</summary>
/// <param name="Parts">What is written, one after the other.</param>
/// <param name="Paths">The paths that it takes values from.</param>
internal sealed record Projection(IReadOnlyList<ProjectionPart> Parts, ContentPaths Paths);

/// <summary>Makes it of one document after the other, for one reader. Not thread-safe.</summary>
internal sealed class Projector(Projection projection, ProjectionState document, ResultBuffer output)
{
    /// <summary>What the query makes of a document, in memory of its own.</summary>
    /// <exception cref="EvaluationException">Nothing can be made of it.</exception>
    public byte[] Project(Change change)
    {
        output.Clear();
        document.Begin(change);
        try
        {
            foreach (var part in projection.Parts) part.Write(document, output);
            return output.Written.ToArray();
        }
        finally
        {
            document.End();
        }
    }
}
