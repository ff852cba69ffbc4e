using Subscriptions.Core.Queries.Design;

namespace Subscriptions.Core.Queries.Scripts;

/// <summary>
/// Runs the JavaScript functions that queries declare and design documents hold, sandboxed: no function reaches anything but its arguments, changes anything that
/// another document's evaluation sees, or takes more time, memory or stack than its limits. Thread-safe.
/// </summary>
public interface IScriptEngine
{
    /// <summary>Checks functions and prepares them.</summary>
    /// <param name="functions">The functions of one query; each sees the others by their names.</param>
    /// <param name="limits">What they may use for one document.</param>
    /// <exception cref="ScriptSyntaxException">A function is not valid, or uses what is not allowed.</exception>
    IScriptProgram Compile(IReadOnlyList<ScriptFunction> functions, QueryLimits limits);

    /// <summary>Checks a function of a CouchDB design document and prepares it.</summary>
    /// <param name="source">The text of one function expression; white space, comments and semicolons may be around it.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="limits">What it may use for one document.</param>
    /// <exception cref="ScriptSyntaxException">It is not valid, or uses what is not allowed; the place is in <paramref name="source"/>.</exception>
    IDesignProgram CompileDesignFunction(string source, DesignFunctionKind kind, QueryLimits limits);
}

/// <summary>A function.</summary>
/// <param name="Name">Its name; distinct among a query's.</param>
/// <param name="Parameters">The names of its parameters.</param>
/// <param name="Body">The text between its braces.</param>
public sealed record ScriptFunction(string Name, IReadOnlyList<string> Parameters, string Body);

/// <summary>A query's functions. Thread-safe.</summary>
public interface IScriptProgram
{
    /// <summary>Something to call the functions with for one document; to be disposed when done with it, by the thread that uses it.</summary>
    /// <param name="document">The document: one JSON object, or empty for null; must not change until the run is disposed.</param>
    /// <param name="id">Its id, which the scripts' function <c>id</c> gives.</param>
    IScriptRun Begin(ReadOnlyMemory<byte> document, string id);
}
