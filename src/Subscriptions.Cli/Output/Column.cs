namespace Subscriptions.Cli.Output;

/// <summary>A column of a list.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Value">What stands in it.</param>
/// <param name="IsNumber">Whether it is set flush right.</param>
internal sealed record Column<T>(string Title, Func<T, string> Value, bool IsNumber = false);
