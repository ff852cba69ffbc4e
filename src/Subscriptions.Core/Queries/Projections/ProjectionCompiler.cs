using System.Buffers;
using System.Text;
using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Projections;

/// <summary>Turns what follows <c>select</c> into pieces of JSON, and its paths into slots.</summary>
internal sealed class ProjectionCompiler(ParameterValues parameters, PathChecker checker, ScriptCallCompiler calls, PathTree paths)
{
    private readonly List<ProjectionPart> _parts = [];
    private readonly ArrayBufferWriter<byte> _literal = new();
    private int _values;

    /// <exception cref="QueryException">It cannot be selected: where and why.</exception>
    public IReadOnlyList<ProjectionPart> Compile(SelectClause select)
    {
        if (select is SelectFields { Fields: [{ Value: FunctionCall whole, Name: null }] }) _parts.Add(new WholeCallPart(calls.Compile(whole), whole.Function));
        else if (select is SelectFields fields) AddFields(fields);
        else Add(((SelectObject)select).Shape);
        FlushLiteral();
        return _parts;
    }

    private void AddFields(SelectFields fields)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Literal("{");
        for (var i = 0; i < fields.Fields.Count; i++)
        {
            var field = fields.Fields[i];
            var name = field.Name ?? FieldNames.Of(field.Value);
            if (!names.Add(name))
                throw QueryException.At(field.Position, $"{QueryText.Show(name)} is selected twice; give one of them another name with 'as'");

            AddName(name, isFirst: i == 0);
            Add(field.Value);
        }

        Literal("}");
    }

    // As deep as the parser lets objects nest.
    private void Add(Shape shape)
    {
        if (shape is ValueShape value)
        {
            Add(value.Value);
            return;
        }

        var fields = ((ObjectShape)shape).Fields;
        Literal("{");
        for (var i = 0; i < fields.Count; i++)
        {
            AddName(fields[i].Name, isFirst: i == 0);
            Add(fields[i].Shape);
        }

        Literal("}");
    }

    private void Add(Operand operand)
    {
        if (++_values > QueryLimits.MaxSelectedValues)
            throw QueryException.At(operand.Position, $"a query selects at most {QueryLimits.MaxSelectedValues} values");

        switch (operand)
        {
            case Constant constant:
                _literal.Write(parameters.ResolveJson(constant));
                break;
            case PathOperand path:
                checker.Check(path);
                Add(path.HasElements ? new ValuesPart(paths.Add(path.Steps)) : new ValuePart(paths.Add(path.Steps)));
                break;
            case DocumentId:
                Add(new IdPart());
                break;
            default:
                Add(new CallPart(calls.Compile((FunctionCall)operand)));
                break;
        }
    }

    private void Add(ProjectionPart part)
    {
        FlushLiteral();
        _parts.Add(part);
    }

    private void AddName(string name, bool isFirst)
    {
        Literal(isFirst ? "" : ",");
        _literal.Write(JsonText.Quote(name));
        Literal(":");
    }

    private void Literal(string json) => _literal.Write(Encoding.UTF8.GetBytes(json));

    private void FlushLiteral()
    {
        if (_literal.WrittenCount == 0) return;
        _parts.Add(new LiteralPart(_literal.WrittenSpan.ToArray()));
        _literal.Clear();
    }
}
