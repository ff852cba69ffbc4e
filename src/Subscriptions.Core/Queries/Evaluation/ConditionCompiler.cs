using System.Text;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>Turns the tree of a condition into predicates, and its paths into slots.</summary>
internal sealed class ConditionCompiler(ParameterValues parameters, PatternCompiler patterns, PathChecker checker, ScriptCallCompiler calls, PathTree paths)
{
    private int _elementConditions;

    /// <summary>How many calls have values that conditions compare.</summary>
    public int ComparedCalls { get; private set; }

    /// <exception cref="QueryException">The condition cannot be evaluated: where and why.</exception>
    public Predicate Compile(Expression expression) => expression switch
    {
        OrExpression or => new OrPredicate([.. or.Terms.Select(Compile)]),
        AndExpression and => new AndPredicate([.. and.Terms.Select(Compile)]),
        NotExpression not => new NotPredicate(Compile(not.Term)),
        ComparisonExpression comparison => Compile(comparison),
        InExpression @in => new InPredicate(Compile(@in.Value), new ConstantSet(parameters.ResolveList(@in.Items))),
        BetweenExpression between => new BetweenPredicate(Compile(between.Value), parameters.Resolve(between.Low), parameters.Resolve(between.High)),
        ExistsExpression exists => new ExistsPredicate(Compile(exists.Path), isNullMissing: checker.IsWholeVersion(exists.Path)),
        TextExpression text => Compile(text),
        _ => new CallPredicate(calls.Compile(((CallExpression)expression).Call)),
    };

    private ComparisonPredicate Compile(ComparisonExpression comparison)
    {
        var left = Compile(comparison.Left);
        var right = Compile(comparison.Right);
        return left.HasMany && right.HasMany
            ? throw QueryException.At(comparison.Position, "both sides of the comparison have '[]'; one side must be a single value")
            : new ComparisonPredicate(left, comparison.Operator, right);
    }

    private Predicate Compile(TextExpression text)
    {
        var source = Compile(text.Value);
        var argument = parameters.Resolve(text.Argument);
        if (argument.Kind != ValueKind.String)
            throw QueryException.At(text.Argument.Position, $"{Words.NameOf(text.Function)} looks for a string, not for {text.Argument}");

        return text.Function == TextFunction.Regex
            ? new RegexPredicate(patterns.Compile(Encoding.UTF8.GetString(argument.Text), text.Argument.Position), source)
            : new TextPredicate(text.Function, source, argument);
    }

    private ValueSource Compile(Operand operand) => operand switch
    {
        PathOperand path => Compile(path),
        Constant constant => new ConstantSource(parameters.Resolve(constant)),
        DocumentId => new IdSource(),
        _ => new CallSource(calls.Compile((FunctionCall)operand), ComparedCalls++),
    };

    private SlotSource Compile(PathOperand path)
    {
        checker.Check(path);

        // Work for a document is bounded by its size times these two numbers.
        var slot = paths.Add(path.Steps);
        if (slot >= QueryLimits.MaxPaths) throw QueryException.At(path.Position, $"a query looks at no more than {QueryLimits.MaxPaths} different paths");
        if (path.HasElements && ++_elementConditions > QueryLimits.MaxElementConditions)
            throw QueryException.At(path.Position, $"a query has at most {QueryLimits.MaxElementConditions} conditions on paths with '[]'; 'in' counts as one");

        return new SlotSource(slot, path.HasElements);
    }
}
