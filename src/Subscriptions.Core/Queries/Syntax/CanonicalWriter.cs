using System.Text;

namespace Subscriptions.Core.Queries.Syntax;

/// <summary>
/// Writes nodes as text that parses to equal nodes: one line, lower-case keywords, single spaces, quotes and parentheses only where needed.
/// </summary>
internal sealed class CanonicalWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>The query's alias: a property of that name at the start of a path must be quoted.</summary>
    public string? Alias { get; init; }

    public CanonicalWriter Text(string? text)
    {
        _text.Append(text);
        return this;
    }

    public CanonicalWriter Node(QueryNode node)
    {
        node.WriteTo(this);
        return this;
    }

    /// <summary>Writes a node, if there is one, behind a text.</summary>
    public CanonicalWriter Optional(string before, QueryNode? node) => node is null ? this : Text(before).Node(node);

    public CanonicalWriter List(IReadOnlyList<QueryNode> nodes, string separator = ", ")
    {
        for (var i = 0; i < nodes.Count; i++) Text(i > 0 ? separator : null).Node(nodes[i]);
        return this;
    }

    /// <summary>Writes the terms of a chain; those that bind less than the chain does stand in parentheses.</summary>
    public CanonicalWriter Chain(SyntaxList<Expression> terms, string separator, Func<Expression, bool> needsParentheses)
    {
        for (var i = 0; i < terms.Count; i++) Text(i > 0 ? separator : null).Term(terms[i], needsParentheses(terms[i]));
        return this;
    }

    public CanonicalWriter Term(Expression term, bool inParentheses) =>
        inParentheses ? Text("(").Node(term).Text(")") : Node(term);

    /// <summary>Writes a name where reserved words need quotes.</summary>
    public CanonicalWriter Name(string name, char quote = '`') =>
        Words.IsWord(name) && !Words.IsReserved(name) ? Text(name) : Quoted(name, quote);

    /// <summary>Writes a name where every word is one: after a dot, and in a selected object.</summary>
    public CanonicalWriter AnyName(string name) => Words.IsWord(name) ? Text(name) : Quoted(name, '`');

    public CanonicalWriter Quoted(string text, char quote)
    {
        QuotedText.Write(_text, text, quote);
        return this;
    }

    /// <inheritdoc />
    public override string ToString() => _text.ToString();
}
