namespace Subscriptions.Client;

/// <summary>A part of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">The part; it may be empty although there is more.</param>
/// <param name="NextToken">What asks for the next part; empty on the last one.</param>
internal readonly record struct Page<T>(IReadOnlyList<T> Items, string NextToken);
