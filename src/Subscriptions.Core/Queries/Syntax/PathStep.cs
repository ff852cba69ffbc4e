namespace Subscriptions.Core.Queries.Syntax;

/// <summary>One step of a path: into a property, or into every element of an array.</summary>
/// <param name="Property">The property's name, possibly empty; null for every element.</param>
public readonly record struct PathStep(string? Property)
{
    /// <summary>Every element of an array: <c>[]</c>.</summary>
    public static PathStep Elements => default;

    /// <summary>True for <see cref="Elements"/>.</summary>
    public bool IsElements => Property is null;
}
