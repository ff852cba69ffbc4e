using System.Collections;
using Jint.Native;
using Jint.Parser.Ast;
using Subscriptions.Scripting.Sandbox;

namespace Subscriptions.Scripting.Syntax;

/// <summary>
/// Builds the sandbox's checks into a function's tree: at the begin of every function and block, and after everything that can make memory
/// grow or take long at once. Regular expressions, <c>new</c> and what is thrown go through functions of the host.
/// </summary>
internal sealed class Instrumentation(Meter meter, HostFunctions host)
{
    /// <summary>Changes a tree in place.</summary>
    public void Apply(FunctionExpression function)
    {
        // What is within a node comes before it, because a node may be replaced by another that takes over what is within.
        foreach (var (node, _) in SyntaxTree.Walk(function).ToArray().Reverse())
        {
            foreach (var member in SyntaxTree.MembersOf(node)) Replace(node, member);
            Guard(node);
        }
    }

    private void Guard(SyntaxNode node)
    {
        switch (node)
        {
            case FunctionExpression { Body: BlockStatement body }:
                body.Body = new GuardedStatements(body.Body, meter, isFunction: true);
                break;
            case FunctionDeclaration { Body: BlockStatement body }:
                body.Body = new GuardedStatements(body.Body, meter, isFunction: true);
                break;
            case BlockStatement block:
                block.Body = new GuardedStatements(block.Body, meter, isFunction: false);
                break;
            case ThrowStatement { Argument: { } thrown } statement:
                statement.Argument = Call(thrown, host.Throwable, [thrown]);
                break;
            case CallExpression call:
                // What would be kept are arrays that a function can write to through its 'arguments'.
                call.CanBeCached = false;
                break;
        }
    }

    private void Replace(SyntaxNode node, SyntaxMember member)
    {
        var value = member.Get(node);
        if (value is Expression expression && (member.Type == typeof(Expression) || member.Type == typeof(SyntaxNode)))
        {
            member.Set(node, Replacement(expression));
        }
        else if (value is IEnumerable list && member.ElementType == typeof(Expression))
        {
            // Holes of array literals are null and stay so.
            member.Set(node, list.Cast<Expression?>().Select(e => e is null ? null! : Replacement(e)).ToList());
        }
    }

    private Expression Replacement(Expression expression) => expression switch
    {
        BinaryExpression { Operator: BinaryOperator.Plus } plus when !IsSmall(plus.Left) || !IsSmall(plus.Right) => Checked(plus),
        AssignmentExpression { Operator: AssignmentOperator.PlusAssign } => Checked(expression),
        CallExpression => Checked(expression),
        NewExpression @new => Checked(Call(@new, host.Construct, [@new.Callee, .. @new.Arguments])),
        Literal { Type: SyntaxNodes.RegularExpressionLiteral } literal => Call(literal, host.RegexLiteral(literal.Raw), []),
        _ => expression,
    };

    private static bool IsSmall(Expression expression) => expression is Literal { Value: double or int or bool or null };

    private SequenceExpression Checked(Expression expression) => new()
    {
        Type = SyntaxNodes.SequenceExpression,
        Expressions = new CheckedExpression(expression, meter),
        Location = expression.Location,
        Range = expression.Range,
    };

    private static CallExpression Call(Expression original, JsValue function, List<Expression> arguments) => new()
    {
        Type = SyntaxNodes.CallExpression,
        Callee = new Literal { Type = SyntaxNodes.Literal, Cached = true, CachedValue = function, Location = original.Location },
        Arguments = arguments,
        CanBeCached = false,
        Location = original.Location,
        Range = original.Range,
    };
}
