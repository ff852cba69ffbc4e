namespace Subscriptions.Core.Queries.Scripts;

/// <summary>A function failed on a document.</summary>
/// <param name="problem">What happened, for people.</param>
/// <param name="place">Where; null when that is not known.</param>
public sealed class ScriptException(string problem, ScriptPlace? place) : Exception(problem)
{
    /// <summary>Where; null when that is not known.</summary>
    public ScriptPlace? Place { get; } = place;
}

/// <summary>A function cannot be used.</summary>
/// <param name="problem">What is wrong, for people.</param>
/// <param name="place">Where.</param>
public sealed class ScriptSyntaxException(string problem, ScriptPlace place) : Exception(problem)
{
    /// <summary>Where.</summary>
    public ScriptPlace Place { get; } = place;
}

/// <summary>A place in a function.</summary>
/// <param name="Function">The function's number in its program; 0 for a design document's.</param>
/// <param name="Offset">UTF-16 code units from the begin of its body; of a design document's: of its text.</param>
public readonly record struct ScriptPlace(int Function, int Offset);
