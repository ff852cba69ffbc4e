using System.Text;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Queries.Syntax;

/// <summary>Parses the clauses of a query.</summary>
internal sealed class QueryParser(TokenStream tokens)
{
    private readonly List<FunctionDeclaration> _functions = [];
    private readonly HashSet<string> _functionNames = new(StringComparer.Ordinal);

    /// <summary>Parses a whole query.</summary>
    /// <exception cref="QueryException">The text does not follow the grammar.</exception>
    public SubscriptionQuery ParseQuery()
    {
        var position = tokens.Current.Position;
        while (tokens.Current.IsKeyword("declare")) ParseFunction();

        if (!tokens.TryTakeKeyword("from")) throw tokens.Unexpected(_functions.Count == 0 ? "'from' or 'declare'" : "'from' or another 'declare'");
        var source = ParseSource();
        var alias = tokens.TryTakeKeyword("as") ? tokens.ExpectWord("a name for the document") : null;

        var operands = new OperandParser(tokens, alias, _functionNames);
        var next = alias is null ? "'as', 'where', 'select', 'include' or " : "'where', 'select', 'include' or ";
        var where = ParseWhere(operands, ref next);
        var select = ParseSelect(operands, ref next);
        var include = ParseInclude(operands, ref next);
        if (tokens.Current.Kind != TokenKind.End) throw tokens.Unexpected(next + TextCursor.EndOfQuery);

        return new SubscriptionQuery([.. _functions], source, alias, where, select, include) { Position = position };
    }

    private void ParseFunction()
    {
        var position = tokens.Take().Position;
        tokens.ExpectKeyword("function");
        var nameAt = tokens.Current.Position;
        var name = tokens.ExpectWord("the function's name");
        if (Words.IsBuiltIn(name)) throw QueryException.At(nameAt, $"'{name}' is a built-in function; choose another name");

        tokens.ExpectSymbol("(");
        SyntaxList<string> parameters = tokens.Current.IsSymbol(")") ? [] : tokens.TakeList(() => tokens.ExpectWord("a parameter's name"));
        tokens.ExpectSymbol(")");
        if (parameters.Distinct(StringComparer.Ordinal).Count() != parameters.Count)
            throw QueryException.At(nameAt, $"the function '{name}' names a parameter twice");

        var body = tokens.TakeFunctionBody(name, out var bodyAt);
        _functions.Add(new FunctionDeclaration(name, parameters, body) { Position = position, InnerPosition = bodyAt });
        if (!_functionNames.Add(name)) throw QueryException.At(nameAt, $"the function '{name}' is declared twice");
    }

    private SourceClause ParseSource()
    {
        var position = tokens.Current.Position;
        var name = tokens.Current.Kind is TokenKind.String or TokenKind.SystemName
            ? tokens.Take().Text
            : tokens.ExpectWord("a collection's name");
        if (name.StartsWith('@') && name is not (SourceClause.AllDocuments or CollectionName.Empty))
            throw QueryException.At(position, $"{QueryText.Show(name)} is not known; the names with '@' are @all_docs and @empty");
        if (Encoding.UTF8.GetByteCount(name) is 0 or > DocumentLimits.MaxCollectionBytes)
            throw QueryException.At(position, $"a collection's name has 1 to {DocumentLimits.MaxCollectionBytes} bytes");

        return new SourceClause(name, ParseRevisions()) { Position = position };
    }

    private RevisionsOption? ParseRevisions()
    {
        if (!tokens.TryTakeSymbol("(")) return null;

        var position = tokens.Current.Position;
        tokens.ExpectKeyword("Revisions");
        if (!tokens.TryTakeSymbol("==")) tokens.ExpectSymbol("=");
        tokens.ExpectKeyword("true");
        tokens.ExpectSymbol(")");
        return new RevisionsOption { Position = position };
    }

    private Expression? ParseWhere(OperandParser operands, ref string next)
    {
        if (!tokens.TryTakeKeyword("where")) return null;

        next = "'and', 'or', 'select', 'include' or ";
        return new ExpressionParser(tokens, operands).ParseExpression();
    }

    private SelectClause? ParseSelect(OperandParser operands, ref string next)
    {
        var position = tokens.Current.Position;
        if (!tokens.TryTakeKeyword("select")) return null;

        var isObject = tokens.Current.IsSymbol("{");
        next = isObject ? "'include' or " : "',', 'as', 'include' or ";
        return new SelectParser(tokens, operands).ParseSelect() with { Position = position };
    }

    private IncludeClause? ParseInclude(OperandParser operands, ref string next)
    {
        var position = tokens.Current.Position;
        if (!tokens.TryTakeKeyword("include")) return null;

        next = "',' or ";
        return new IncludeClause(tokens.TakeList(operands.ParsePath)) { Position = position };
    }
}
