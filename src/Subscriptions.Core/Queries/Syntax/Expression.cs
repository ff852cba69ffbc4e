namespace Subscriptions.Core.Queries.Syntax;

/// <summary>A condition on a document: true or false for each.</summary>
public abstract record Expression : QueryNode;

/// <summary>True when any term is.</summary>
/// <param name="Terms">Two or more; a list, so that a long chain does not nest.</param>
public sealed record OrExpression(SyntaxList<Expression> Terms) : Expression
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Chain(Terms, " or ", term => term is OrExpression);
}

/// <summary>True when every term is.</summary>
/// <param name="Terms">Two or more; a list, so that a long chain does not nest.</param>
public sealed record AndExpression(SyntaxList<Expression> Terms) : Expression
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Chain(Terms, " and ", term => term is OrExpression or AndExpression);
}

/// <summary>True when the term is false.</summary>
/// <param name="Term">What is negated.</param>
public sealed record NotExpression(Expression Term) : Expression
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Text("not ").Term(Term, Term is OrExpression or AndExpression);
}

/// <summary>How two operands are compared.</summary>
public enum ComparisonOperator
{
    /// <summary><c>=</c></summary>
    Equal = 0,

    /// <summary><c>!=</c></summary>
    NotEqual = 1,

    /// <summary><c>&lt;</c></summary>
    Less = 2,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual = 3,

    /// <summary><c>&gt;</c></summary>
    Greater = 4,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual = 5,
}

/// <summary>A comparison of two operands.</summary>
/// <param name="Left">The left one.</param>
/// <param name="Operator">How they are compared.</param>
/// <param name="Right">The right one.</param>
public sealed record ComparisonExpression(Operand Left, ComparisonOperator Operator, Operand Right) : Expression
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Node(Left).Text($" {Symbol} ").Node(Right);

    private string Symbol => Operator switch
    {
        ComparisonOperator.Equal => "=",
        ComparisonOperator.NotEqual => "!=",
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "<=",
        ComparisonOperator.Greater => ">",
        _ => ">=",
    };
}

/// <summary>True when the value equals one of the items.</summary>
/// <param name="Value">What is looked for.</param>
/// <param name="Items">One or more; a parameter whose value is an array stands for its elements.</param>
public sealed record InExpression(Operand Value, SyntaxList<Constant> Items) : Expression
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Node(Value).Text(" in (").List(Items).Text(")");
}

/// <summary>True when the value lies between two others, both included.</summary>
/// <param name="Value">What is looked at.</param>
/// <param name="Low">The lowest value that matches.</param>
/// <param name="High">The highest value that matches.</param>
public sealed record BetweenExpression(Operand Value, Constant Low, Constant High) : Expression
{
    internal override void WriteTo(CanonicalWriter writer) =>
        writer.Node(Value).Text(" between ").Node(Low).Text(" and ").Node(High);
}

/// <summary>True when the path is there, even with the value null.</summary>
/// <param name="Path">The path.</param>
public sealed record ExistsExpression(PathOperand Path) : Expression
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Text("exists(").Node(Path).Text(")");
}

/// <summary>The functions that look into a string.</summary>
public enum TextFunction
{
    /// <summary>The string begins with the argument.</summary>
    StartsWith = 0,

    /// <summary>The string ends with the argument.</summary>
    EndsWith = 1,

    /// <summary>The argument is somewhere in the string.</summary>
    Contains = 2,

    /// <summary>The argument, a regular expression, matches somewhere in the string.</summary>
    Regex = 3,
}

/// <summary>A function that looks into a string; false for any other value.</summary>
/// <param name="Function">Which function.</param>
/// <param name="Value">What is looked into.</param>
/// <param name="Argument">What is looked for: a string.</param>
public sealed record TextExpression(TextFunction Function, Operand Value, Constant Argument) : Expression
{
    internal override void WriteTo(CanonicalWriter writer) =>
        writer.Text(Words.NameOf(Function)).Text("(").Node(Value).Text(", ").Node(Argument).Text(")");
}

/// <summary>True when a declared function's result is.</summary>
/// <param name="Call">The call.</param>
public sealed record CallExpression(FunctionCall Call) : Expression
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Node(Call);
}
