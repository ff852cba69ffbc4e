using System.Globalization;
using System.Runtime.ExceptionServices;
using Jint.Parser;
using Jint.Parser.Ast;
using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Scripting.Syntax;

/// <summary>
/// Parses functions. The parser descends as deep as the text nests, which could exhaust a stack and so end the process; it runs on a
/// stack that no text of the length can exhaust, and what nests deeper than can be evaluated safely is refused.
/// </summary>
internal static class FunctionParser
{
    /// <summary>The deepest nesting of a function's syntax tree.</summary>
    public const int MaxDepth = 150;

    private const int SmallestStack = 1024 * 1024;
    private const int StackPerCharacter = 8 * 1024;

    /// <param name="source">The function.</param>
    /// <param name="number">Its number in its program.</param>
    /// <returns>A tree that nobody else has: evaluation keeps values in it.</returns>
    /// <exception cref="ScriptSyntaxException">It is not valid, or uses what is not allowed.</exception>
    public static FunctionExpression Parse(FunctionSource source, int number)
    {
        FunctionExpression? parsed = null;
        ExceptionDispatchInfo? failure = null;
        var size = (int)Math.Min(int.MaxValue, SmallestStack + ((long)source.Text.Length * StackPerCharacter));
        var thread = new Thread(
            () =>
            {
                try
                {
                    parsed = ParseHere(source, number);
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            },
            size);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return parsed!;
    }

    private static FunctionExpression ParseHere(FunctionSource source, int number)
    {
        Program program;
        try
        {
            program = new JavaScriptParser().Parse(source.Text, new ParserOptions { Source = number.ToString(CultureInfo.InvariantCulture) });
        }
        catch (ParserException e)
        {
            var problem = (e.Description ?? e.Message) + (IsNewerSyntax(source.Text, e) ? "; functions are in ECMAScript 5, without arrows, classes and templates" : "");
            throw new ScriptSyntaxException(problem, new ScriptPlace(number, source.OffsetOf(e.Index)));
        }

        var function = OnlyFunction(program, source.IsBody) ?? throw new ScriptSyntaxException(
            source.IsBody ? "the body is not that of one function" : "the text is not one function, such as function (doc) { … }", new ScriptPlace(number, 0));
        foreach (var (node, depth) in SyntaxTree.Walk(function))
        {
            var problem = depth > MaxDepth ? $"the function nests deeper than {MaxDepth} levels" : NotAllowed(node);
            if (problem is null) continue;
            var offset = node.Location is { Start: var start } ? source.OffsetOf(start.Line, start.Column) : 0;
            throw new ScriptSyntaxException(problem, new ScriptPlace(number, offset));
        }

        return function;
    }

    private static bool IsNewerSyntax(string text, ParserException e) =>
        e.Description?.Contains("reserved word", StringComparison.Ordinal) == true
        || (e.Index >= 0 && e.Index < text.Length && (text[e.Index] == '`' || (text[e.Index] == '>' && e.Index > 0 && text[e.Index - 1] == '=')));

    // A body that closes its function would smuggle in code that nothing has looked at; so would a text that has more than its function.
    private static FunctionExpression? OnlyFunction(Program program, bool isBody)
    {
        if (program.Body.FirstOrDefault() is not ExpressionStatement { Expression: var expression }) return null;
        if (isBody) return program.Body.Count == 1 ? expression as FunctionExpression : null;

        var isAlone = program.Body.Skip(1).All(statement => statement is EmptyStatement);
        return isAlone && expression is UnaryExpression { Operator: UnaryOperator.LogicalNot, Argument: FunctionExpression function } ? function : null;
    }

    private static string? NotAllowed(SyntaxNode node) => node switch
    {
        DebuggerStatement => "'debugger' is not allowed",
        VariableDeclaration { Kind: not "var" } declaration => $"'{declaration.Kind}' is not allowed; declare variables with 'var'",
        WithStatement => "'with' is not allowed",
        _ => null,
    };
}
