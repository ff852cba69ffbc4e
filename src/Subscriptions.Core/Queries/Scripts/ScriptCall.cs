using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Scripts;

/// <summary>What a function is called with. Immutable.</summary>
public abstract record ScriptArgument;

/// <summary>The document.</summary>
public sealed record ScriptDocument : ScriptArgument;

/// <summary>The document's id.</summary>
public sealed record ScriptId : ScriptArgument;

/// <summary>The value at a path of the document; undefined when it is missing. A path with elements: an array of the values that are there.</summary>
/// <param name="Steps">The path.</param>
public sealed record ScriptPath(SyntaxList<PathStep> Steps) : ScriptArgument;

/// <summary>A value that is the same for every document.</summary>
/// <param name="Json">The value.</param>
public sealed record ScriptConstant(ReadOnlyMemory<byte> Json) : ScriptArgument;

/// <summary>A call of a function, and its result as another call's argument.</summary>
/// <param name="Function">The function's number in its program.</param>
/// <param name="Arguments">What it is called with.</param>
public sealed record ScriptCall(int Function, IReadOnlyList<ScriptArgument> Arguments) : ScriptArgument;
