namespace Subscriptions.Core.Queries.Syntax;

/// <summary>Parses what follows the word <c>select</c>.</summary>
internal sealed class SelectParser(TokenStream tokens, OperandParser operands)
{
    public SelectClause ParseSelect() =>
        tokens.Current.IsSymbol("{") ? new SelectObject(ParseObject()) : new SelectFields(tokens.TakeList(ParseField));

    private SelectedField ParseField()
    {
        var position = tokens.Current.Position;
        var value = operands.ParseOperand();
        var name = tokens.TryTakeKeyword("as") ? tokens.ExpectName("a name for the field") : null;
        return new SelectedField(value, name) { Position = position };
    }

    private Shape ParseShape()
    {
        var position = tokens.Current.Position;
        return tokens.Current.IsSymbol("{") ? ParseObject() : new ValueShape(operands.ParseOperand()) { Position = position };
    }

    private ObjectShape ParseObject()
    {
        var position = tokens.Take().Position;
        SyntaxList<ShapedField> fields = tokens.Current.IsSymbol("}") ? [] : tokens.Nested(() => tokens.TakeList(ParseShapedField));
        tokens.ExpectSymbol("}");

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (!names.Add(field.Name)) throw QueryException.At(field.Position, $"{QueryText.Show(field.Name)} stands in the object twice");
        }

        return new ObjectShape(fields) { Position = position };
    }

    private ShapedField ParseShapedField()
    {
        var token = tokens.Current;
        if (token.Kind is not (TokenKind.Word or TokenKind.QuotedName or TokenKind.String)) throw tokens.Unexpected("a property's name");

        tokens.Take();
        tokens.ExpectSymbol(":");
        return new ShapedField(token.Text, ParseShape()) { Position = token.Position };
    }
}
