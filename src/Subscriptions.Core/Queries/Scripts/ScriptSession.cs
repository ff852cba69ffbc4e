using System.Buffers;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Scripts;

/// <summary>Calls a query's functions for one document after the other, for one reader; borrows what runs them only for as long. Not thread-safe.</summary>
internal sealed class ScriptSession(ScriptFunctions functions, IContentSource source)
{
    private Change? _change;
    private IScriptRun? _run;

    public void Begin(Change change) => _change = change;

    /// <summary>Gives back what was borrowed.</summary>
    public void End()
    {
        _run?.Dispose();
        _run = null;
        _change = null;
    }

    /// <exception cref="EvaluationException">The function failed on the document.</exception>
    public bool Test(ScriptCall call)
    {
        try
        {
            return Run().Test(call);
        }
        catch (ScriptException e)
        {
            throw functions.Explain(e, call);
        }
    }

    /// <exception cref="EvaluationException">The function failed on the document.</exception>
    public void Write(ScriptCall call, IBufferWriter<byte> output)
    {
        try
        {
            Run().Write(call, output);
        }
        catch (ScriptException e)
        {
            throw functions.Explain(e, call);
        }
    }

    private IScriptRun Run() => _run ??= functions.Program.Begin(source.ContentOf(_change!), _change!.Id);
}

/// <summary>A query's functions, ready to be called. Immutable and thread-safe.</summary>
/// <param name="Program">What calls them.</param>
/// <param name="Declarations">How they were declared, in the order of their numbers.</param>
internal sealed record ScriptFunctions(IScriptProgram Program, SyntaxList<FunctionDeclaration> Declarations)
{
    /// <summary>Checks a query's functions and prepares them.</summary>
    /// <exception cref="QueryException">A function cannot be used: where and why.</exception>
    public static ScriptFunctions Compile(SyntaxList<FunctionDeclaration> declarations, IScriptEngine? engine, QueryLimits limits)
    {
        if (engine is null) throw QueryException.At(declarations[0].Position, "functions in JavaScript cannot be run here");
        try
        {
            var functions = declarations.Select(d => new ScriptFunction(d.Name, d.Parameters, d.Body)).ToArray();
            return new ScriptFunctions(engine.Compile(functions, limits), declarations);
        }
        catch (ScriptSyntaxException e)
        {
            var declaration = declarations[e.Place.Function];
            throw QueryException.At(declaration.PositionInBody(e.Place.Offset), $"function '{declaration.Name}': {e.Message}");
        }
    }

    /// <summary>The number of a function; −1 when there is none of the name.</summary>
    public int NumberOf(string name)
    {
        for (var i = 0; i < Declarations.Count; i++)
        {
            if (Declarations[i].Name == name) return i;
        }

        return -1;
    }

    public EvaluationException Explain(ScriptException failure, ScriptCall call)
    {
        if (failure.Place is not { } place) return new EvaluationException($"function '{Declarations[call.Function].Name}': {failure.Message}");

        var declaration = Declarations[place.Function];
        return new EvaluationException($"function '{declaration.Name}', line {declaration.PositionInBody(place.Offset).Line} of the query: {failure.Message}");
    }
}
