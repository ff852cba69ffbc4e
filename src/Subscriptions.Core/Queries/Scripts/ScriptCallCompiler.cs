using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Scripts;

/// <summary>Turns calls of declared functions into what runs them.</summary>
/// <param name="functions">The query's functions; null when it has none.</param>
/// <param name="parameters">The values of parameters.</param>
/// <param name="checker">Checks paths.</param>
internal sealed class ScriptCallCompiler(ScriptFunctions? functions, ParameterValues parameters, PathChecker checker)
{
    /// <exception cref="QueryException">The call cannot be made: where and why.</exception>
    public ScriptCall Compile(FunctionCall call)
    {
        var number = functions?.NumberOf(call.Function) ?? -1;
        if (number < 0) throw QueryException.At(call.Position, $"there is no function '{call.Function}'; declare it before 'from'");
        return new ScriptCall(number, [.. call.Arguments.Select(Compile)]);
    }

    // As deep as the parser lets calls nest.
    private ScriptArgument Compile(Operand operand)
    {
        switch (operand)
        {
            case FunctionCall call:
                return Compile(call);
            case Constant constant:
                return new ScriptConstant(parameters.ResolveJson(constant));
            case PathOperand path:
                checker.Check(path);
                return path.Steps.Count == 0 ? new ScriptDocument() : new ScriptPath(path.Steps);
            default:
                return new ScriptId();
        }
    }
}
