namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>What is looked for in contents. Immutable; shared by all readers of a query.</summary>
/// <param name="Root">The paths, as a tree.</param>
/// <param name="SlotCount">How many values are looked for.</param>
/// <param name="NodeCount">How many nodes the tree has.</param>
/// <param name="MaxDepth">The deepest nesting of what is read.</param>
/// <param name="KeepsSource">
/// Keep values as they stand in the content, with quotes and escapes, whole objects and arrays, and an entry for each element that a path is
/// missing in; not what they mean.
/// </param>
internal sealed record ContentPaths(PathNode Root, int SlotCount, int NodeCount, int MaxDepth, bool KeepsSource);
