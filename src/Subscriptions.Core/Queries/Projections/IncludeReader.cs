using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Projections;

/// <summary>Reads the ids of the documents that come along with one document after the other, for one reader. Not thread-safe.</summary>
internal sealed class IncludeReader(int slots, ContentReader content)
{
    /// <summary>Finds the slots of an include clause's paths.</summary>
    /// <exception cref="QueryException">There are too many, or one leads nowhere.</exception>
    public static PathTree Compile(IncludeClause include, PathChecker checker)
    {
        if (include.Paths.Count > QueryLimits.MaxIncludedPaths)
            throw QueryException.At(include.Position, $"{include.Paths.Count} paths are included; a query includes documents by at most {QueryLimits.MaxIncludedPaths}");

        var paths = new PathTree();
        foreach (var path in include.Paths)
        {
            checker.Check(path);
            paths.Add(path.Steps);
        }

        return paths;
    }

    /// <summary>Adds the strings at the paths; what is no string names no document.</summary>
    public void Collect(Change change, ICollection<string> ids)
    {
        content.Begin(change);
        if (content.TryRead(out var values, out var source))
        {
            for (var slot = 0; slot < slots; slot++)
            {
                foreach (var value in values.Read(slot, source))
                {
                    if (value.Kind == ValueKind.String && value.Text.Length is > 0 and <= DocumentLimits.MaxIdBytes) ids.Add(Encoding.UTF8.GetString(value.Text));
                }
            }
        }

        content.End();
    }
}
