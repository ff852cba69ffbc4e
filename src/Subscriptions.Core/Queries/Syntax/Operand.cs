namespace Subscriptions.Core.Queries.Syntax;

/// <summary>Something that has a value for a document: a path, a constant, the id, or a function's result.</summary>
public abstract record Operand : QueryNode;

/// <summary>An operand that is the same for every document: a literal, or a parameter that is given when the query is compiled.</summary>
public abstract record Constant : Operand;

/// <summary>A string.</summary>
/// <param name="Value">Its text, without quotes and escapes.</param>
public sealed record StringLiteral(string Value) : Constant
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Quoted(Value, '\'');
}

/// <summary>A number.</summary>
/// <param name="Text">As it was written; the number grammar is JSON's.</param>
public sealed record NumberLiteral(string Text) : Constant
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Text(Text);
}

/// <summary><c>true</c> or <c>false</c>.</summary>
/// <param name="Value">Which of the two.</param>
public sealed record BooleanLiteral(bool Value) : Constant
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Text(Value ? "true" : "false");
}

/// <summary><c>null</c>.</summary>
public sealed record NullLiteral : Constant
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Text("null");
}

/// <summary><c>$name</c>.</summary>
/// <param name="Name">The name, without the dollar sign.</param>
public sealed record Parameter(string Name) : Constant
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Text("$").Text(Name);
}

/// <summary>A path into the document's content. Without steps: the whole content.</summary>
/// <param name="Alias">The alias that the path was written with; null when it begins with a property.</param>
/// <param name="Steps">From the outside in.</param>
public sealed record PathOperand(string? Alias, SyntaxList<PathStep> Steps) : Operand
{
    /// <summary>True when the path can have several values in one document.</summary>
    public bool HasElements => Steps.Any(step => step.IsElements);

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Text(Alias);
        for (var i = 0; i < Steps.Count; i++)
        {
            var isFirst = i == 0 && Alias is null;
            if (Steps[i].Property is not { } property) writer.Text("[]");
            else if (!isFirst) writer.Text(".").AnyName(property);
            else if (property == writer.Alias) writer.Quoted(property, '`');
            else writer.Name(property);
        }
    }
}

/// <summary><c>id()</c>: the document's id.</summary>
public sealed record DocumentId : Operand
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Text("id()");
}

/// <summary>The result of a declared function.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Arguments">What it is called with.</param>
public sealed record FunctionCall(string Function, SyntaxList<Operand> Arguments) : Operand
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Text(Function).Text("(").List(Arguments).Text(")");
}
