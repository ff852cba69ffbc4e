using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Scripting.Syntax;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>A query's functions. Each sandbox parses them for itself: what the engine evaluates it also writes to.</summary>
internal sealed class ScriptProgram(IReadOnlyList<ScriptFunction> functions, QueryLimits limits, SandboxPool pool, TimeProvider time) : IScriptProgram
{
    /// <summary>The functions, in the order of their numbers.</summary>
    public IReadOnlyList<ScriptFunction> Functions => functions;

    /// <summary>Their texts.</summary>
    public IReadOnlyList<FunctionSource> Sources { get; } = [.. functions.Select(FunctionSource.Of)];

    /// <summary>What they may use for one document.</summary>
    public QueryLimits Limits => limits;

    /// <summary>Measures what they take.</summary>
    public TimeProvider Time => time;

    /// <inheritdoc />
    public IScriptRun Begin(ReadOnlyMemory<byte> document, string id) =>
        new ScriptRun(pool.Rent(this, static program => new FunctionSandbox(program)), pool, document, id);
}
