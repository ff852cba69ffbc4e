using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>Collects the paths of a query while it is compiled. Equal paths share a slot.</summary>
internal sealed class PathTree
{
    private readonly Branch _root = new(null);

    private int _nodes;

    public int SlotCount { get; private set; }

    /// <summary>The slot in which the path's values will be found.</summary>
    public int Add(SyntaxList<PathStep> steps)
    {
        var branch = _root;
        foreach (var step in steps) branch = branch.Follow(step);
        if (branch.Slot < 0) branch.Slot = SlotCount++;
        return branch.Slot;
    }

    /// <summary>The tree as it is walked.</summary>
    /// <param name="maxDepth">The deepest nesting of what is read.</param>
    /// <param name="keepsSource">See <see cref="ContentPaths.KeepsSource"/>.</param>
    public ContentPaths Build(int maxDepth, bool keepsSource = false)
    {
        _nodes = 0;
        var root = Build(_root);
        return new ContentPaths(root, SlotCount, _nodes, maxDepth, keepsSource);
    }

    // As deep as the longest path, which is bounded.
    private PathNode Build(Branch branch)
    {
        var elements = branch.Elements is null ? null : Build(branch.Elements);
        return new PathNode(_nodes++, branch.Name, branch.Slot, branch.Properties.Values.Select(Build), elements);
    }

    private sealed class Branch(string? name)
    {
        public string? Name => name;

        public int Slot { get; set; } = -1;

        public Dictionary<string, Branch> Properties { get; } = new(StringComparer.Ordinal);

        public Branch? Elements { get; private set; }

        public Branch Follow(PathStep step)
        {
            if (step.Property is null) return Elements ??= new Branch(null);
            if (!Properties.TryGetValue(step.Property, out var next)) Properties[step.Property] = next = new Branch(step.Property);
            return next;
        }
    }
}
