using FsCheck;
using FsCheck.Fluent;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Tests.Queries;

/// <summary>Random queries that use the whole language.</summary>
internal static class QueryGenerators
{
    private const string Alias = "x";

    private static readonly Gen<string> Words = Gen.Elements("a", "b", "Lines", "Price", "_p1", "contains", "id", "größe");

    private static readonly Gen<string> Names = Gen.OneOf(
        Words,
        Gen.Elements("weird name", "", "from", "NULL", "x", "1st", "a.b", "a'b", "`", "\\", "😀", "\u0001\n", "@metadata", "日本"));

    private static readonly Gen<string> Texts = Gen.OneOf(
        Names, Gen.ListOf(Gen.Choose(1, 0xd7ff).Select(c => (char)c)).Select(characters => string.Concat(characters)));

    private static readonly Gen<Constant> Constants = Gen.OneOf(
        Texts.Select(Constant (text) => new StringLiteral(text)),
        Gen.Elements("0", "-0", "1", "-12", "1.50", "1e3", "-0.1E-7", "9223372036854775808").Select(Constant (text) => new NumberLiteral(text)),
        Words.Select(Constant (name) => new Parameter(name)),
        Gen.Elements<Constant>(new BooleanLiteral(true), new BooleanLiteral(false), new NullLiteral()));

    private static readonly Gen<SyntaxList<PathStep>> Steps = List(
        Gen.Frequency((4, Names.Select(name => new PathStep(name))), (1, Gen.Constant(PathStep.Elements))), 0, 4);

    private static readonly Gen<PathOperand> PlainPaths = Names.SelectMany(_ => Steps, (name, steps) => new PathOperand(null, [new(name), .. steps]));

    private static readonly Gen<PathOperand> AliasPaths = Steps.Select(steps => new PathOperand(Alias, steps));

    public static Gen<SubscriptionQuery> Queries { get; } = Gen.Elements(true, false).SelectMany(Query);

    private static Gen<SubscriptionQuery> Query(bool hasAlias)
    {
        var paths = hasAlias ? Gen.OneOf(PlainPaths, AliasPaths) : PlainPaths;
        return
            from functions in Gen.Elements("", "f", "f g").Select(names => names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            from bodies in Gen.ArrayOf(Gen.Elements("", " return 1; ", "{ var s = '}'; }", "/* } */ // }\n", " return /[}/]/.test(x) ? {} : 4 / 2 / 1; "), 2)
            from source in Sources
            let operands = Operands(paths, functions, 2)
            from @where in Maybe(Expressions(paths, operands, functions, 4))
            from @select in Maybe(Selects(operands))
            from include in Maybe(List(paths, 1, 3).Select(list => new IncludeClause(list)))
            select new SubscriptionQuery(
                [.. functions.Select((name, i) => new FunctionDeclaration(name, ["x", "y"], bodies[i]))],
                source,
                hasAlias ? Alias : null,
                @where,
                @select,
                include);
    }

    private static readonly Gen<SourceClause> Sources =
        from name in Gen.Elements("Orders", "@all_docs", "@empty", "my orders", "from", "it's")
        from revisions in Gen.Elements(null, new RevisionsOption())
        select new SourceClause(name, revisions);

    private static Gen<Operand> Operands(Gen<PathOperand> paths, string[] functions, int depth)
    {
        var leaves = Gen.OneOf(paths.Select(Operand (path) => path), Constants.Select(Operand (c) => c), Gen.Constant<Operand>(new DocumentId()));
        return functions.Length == 0 || depth == 0 ? leaves : Gen.OneOf(leaves, Calls(paths, functions, depth).Select(Operand (call) => call));
    }

    private static Gen<FunctionCall> Calls(Gen<PathOperand> paths, string[] functions, int depth) =>
        Gen.Elements(functions).SelectMany(
            _ => List(Operands(paths, functions, depth - 1), 0, 2), (name, arguments) => new FunctionCall(name, arguments));

    private static Gen<Expression> Expressions(Gen<PathOperand> paths, Gen<Operand> operands, string[] functions, int depth)
    {
        var leaves = Leaves(paths, operands);
        if (functions.Length > 0) leaves = Gen.OneOf(leaves, Calls(paths, functions, 2).Select(Expression (call) => new CallExpression(call)));
        if (depth == 0) return leaves;

        var inner = Expressions(paths, operands, functions, depth - 1);
        return Gen.OneOf(
            leaves,
            inner.Select(Expression (term) => new NotExpression(term)),
            List(inner, 2, 3).Select(Expression (terms) => new AndExpression(terms)),
            List(inner, 2, 3).Select(Expression (terms) => new OrExpression(terms)));
    }

    private static Gen<Expression> Leaves(Gen<PathOperand> paths, Gen<Operand> operands) => Gen.OneOf(
        from left in operands
        from comparison in Gen.Elements(Enum.GetValues<ComparisonOperator>())
        from right in operands
        select (Expression)new ComparisonExpression(left, comparison, right),
        operands.SelectMany(_ => List(Constants, 1, 4), Expression (value, items) => new InExpression(value, items)),
        from value in operands
        from low in Constants
        from high in Constants
        select (Expression)new BetweenExpression(value, low, high),
        paths.Select(Expression (path) => new ExistsExpression(path)),
        from function in Gen.Elements(Enum.GetValues<TextFunction>())
        from value in operands
        from argument in Constants
        select (Expression)new TextExpression(function, value, argument));

    private static Gen<SelectClause> Selects(Gen<Operand> operands) => Gen.OneOf(
        List(operands.SelectMany(_ => Maybe(Names), (value, name) => new SelectedField(value, name)), 1, 3)
            .Select(SelectClause (fields) => new SelectFields(fields)),
        Objects(operands, 3).Select(SelectClause (shape) => new SelectObject(shape)));

    private static Gen<ObjectShape> Objects(Gen<Operand> operands, int depth)
    {
        var values = operands.Select(Shape (value) => new ValueShape(value));
        var shapes = depth == 0 ? values : Gen.OneOf(values, Objects(operands, depth - 1).Select(Shape (shape) => shape));
        return List(Names.SelectMany(_ => shapes, (name, shape) => new ShapedField(name, shape)), 0, 3)
            .Select(fields => new ObjectShape([.. fields.DistinctBy(field => field.Name)]));
    }

    private static Gen<SyntaxList<T>> List<T>(Gen<T> items, int min, int max) =>
        Gen.Choose(min, max).SelectMany(items.ArrayOf).Select(array => SyntaxList.Create<T>(array));

    private static Gen<T?> Maybe<T>(Gen<T> values)
        where T : class => Gen.Frequency((1, Gen.Constant<T?>(null)), (3, values.Select(T? (value) => value)));
}
