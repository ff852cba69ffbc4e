namespace Subscriptions.Core.Queries.Selectors;

/// <summary>A place in a selector.</summary>
/// <param name="Pointer">As a JSON pointer.</param>
/// <param name="IsDocument">Whether fields there begin at the document.</param>
/// <param name="IsWithinElements">Whether it is about elements of an array or properties of an object.</param>
internal readonly record struct SelectorPlace(string Pointer, bool IsDocument, bool IsWithinElements)
{
    public SelectorPlace Below(string name) => this with
    {
        Pointer = $"{Pointer}/{Syntax.QueryText.Clean(name).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}",
    };
}
