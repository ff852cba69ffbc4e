using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Queries.Syntax;

/// <summary>A JavaScript function that comes with the query.</summary>
/// <param name="Name">Its name; case-sensitive.</param>
/// <param name="Parameters">The names of its parameters.</param>
/// <param name="Body">The text between its outer braces, exactly as written.</param>
public sealed record FunctionDeclaration(string Name, SyntaxList<string> Parameters, string Body) : QueryNode
{
    /// <summary>The place in the query's text that is so many UTF-16 code units behind the begin of the body.</summary>
    public TextPosition PositionInBody(int offset)
    {
        var before = Body.AsSpan(0, Math.Clamp(offset, 0, Body.Length));
        var lines = before.Count('\n');
        return lines == 0
            ? InnerPosition with { Column = InnerPosition.Column + before.Length }
            : new TextPosition(InnerPosition.Line + lines, before.Length - before.LastIndexOf('\n'));
    }

    internal override void WriteTo(CanonicalWriter writer) =>
        writer.Text($"declare function {Name}({string.Join(", ", Parameters)}) {{{Body}}}");
}

/// <summary>What the query reads from.</summary>
/// <param name="Name">A collection's exact name, <see cref="AllDocuments"/> or <see cref="CollectionName.Empty"/>.</param>
/// <param name="Revisions">The <c>(Revisions = true)</c> after the name; null when it is not there.</param>
public sealed record SourceClause(string Name, RevisionsOption? Revisions = null) : QueryNode
{
    /// <summary>Stands for every collection.</summary>
    public const string AllDocuments = "@all_docs";

    /// <summary>The one collection that is read; null for all of them.</summary>
    public string? Collection => Name == AllDocuments ? null : Name;

    internal override void WriteTo(CanonicalWriter writer)
    {
        if (Name.StartsWith('@')) writer.Text(Name);
        else writer.Name(Name, '\'');
        writer.Optional(" ", Revisions);
    }
}

/// <summary><c>(Revisions = true)</c>: pairs of previous and current versions instead of documents.</summary>
public sealed record RevisionsOption : QueryNode
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Text("(Revisions = true)");
}

/// <summary>The <c>include</c> clause: documents to send along, named by ids at these paths.</summary>
/// <param name="Paths">One or more.</param>
public sealed record IncludeClause(SyntaxList<PathOperand> Paths) : QueryNode
{
    internal override void WriteTo(CanonicalWriter writer) => writer.List(Paths);
}

/// <summary>The <c>select</c> clause: what of a document is delivered.</summary>
public abstract record SelectClause : QueryNode;

/// <summary><c>select a, b as c</c>.</summary>
/// <param name="Fields">One or more.</param>
public sealed record SelectFields(SyntaxList<SelectedField> Fields) : SelectClause
{
    internal override void WriteTo(CanonicalWriter writer) => writer.List(Fields);
}

/// <summary>One field of <see cref="SelectFields"/>.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Name">The name after <c>as</c>; null when there is none.</param>
public sealed record SelectedField(Operand Value, string? Name) : QueryNode
{
    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Node(Value);
        if (Name is not null) writer.Text(" as ").Name(Name);
    }
}

/// <summary><c>select { Name: value, Other: { … } }</c>.</summary>
/// <param name="Shape">The object that is made of each document.</param>
public sealed record SelectObject(ObjectShape Shape) : SelectClause
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Node(Shape);
}

/// <summary>What a property of a selected object becomes.</summary>
public abstract record Shape : QueryNode;

/// <summary>The value of an operand.</summary>
/// <param name="Value">The operand.</param>
public sealed record ValueShape(Operand Value) : Shape
{
    internal override void WriteTo(CanonicalWriter writer) => writer.Node(Value);
}

/// <summary>An object.</summary>
/// <param name="Fields">Its properties, in order; names are distinct.</param>
public sealed record ObjectShape(SyntaxList<ShapedField> Fields) : Shape
{
    internal override void WriteTo(CanonicalWriter writer) =>
        writer.Text(Fields.Count == 0 ? "{" : "{ ").List(Fields).Text(Fields.Count == 0 ? "}" : " }");
}

/// <summary>One property of an <see cref="ObjectShape"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its value.</param>
public sealed record ShapedField(string Name, Shape Shape) : QueryNode
{
    internal override void WriteTo(CanonicalWriter writer) => writer.AnyName(Name).Text(": ").Node(Shape);
}
