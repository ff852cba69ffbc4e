using System.Text;
using System.Text.Json;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>The values of a query's parameters, and which of them the query used.</summary>
internal sealed class ParameterValues(IReadOnlyDictionary<string, JsonElement> values)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>The value of a constant.</summary>
    /// <exception cref="QueryException">It is a parameter that is missing, an array or an object.</exception>
    public ConstantValue Resolve(Constant constant) => constant switch
    {
        StringLiteral text => ConstantValue.OfString(text.Value),
        NumberLiteral number => ConstantValue.OfNumber(number.Text),
        BooleanLiteral boolean => ConstantValue.Of(boolean.Value),
        Parameter parameter => Read(parameter, Find(parameter)),
        _ => ConstantValue.Null,
    };

    /// <summary>The value of a constant as JSON; here a parameter may be an array or an object too.</summary>
    /// <exception cref="QueryException">It is a parameter that is missing, or not valid Unicode.</exception>
    public byte[] ResolveJson(Constant constant)
    {
        if (constant is Parameter parameter && Find(parameter) is { ValueKind: JsonValueKind.Array or JsonValueKind.Object } value)
            return Encoding.UTF8.GetBytes(value.GetRawText());

        var resolved = Resolve(constant);
        return resolved.Kind switch
        {
            ValueKind.String => JsonText.Quote(Encoding.UTF8.GetString(resolved.Text)),
            ValueKind.Number => resolved.Text.ToArray(),
            ValueKind.True => "true"u8.ToArray(),
            ValueKind.False => "false"u8.ToArray(),
            _ => "null"u8.ToArray(),
        };
    }

    /// <summary>The values of a list's items: those of parameters that are arrays take their place.</summary>
    /// <exception cref="QueryException">A parameter is missing or not of values, or the list is too long.</exception>
    public IReadOnlyList<ConstantValue> ResolveList(IReadOnlyList<Constant> items)
    {
        var resolved = new List<ConstantValue>();
        foreach (var item in items)
        {
            if (item is Parameter parameter && Find(parameter) is { ValueKind: JsonValueKind.Array } array)
            {
                resolved.EnsureCapacity(resolved.Count + Math.Min(array.GetArrayLength(), QueryLimits.MaxListItems));
                foreach (var element in array.EnumerateArray()) AddTo(resolved, Read(parameter, element), item.Position);
            }
            else
            {
                AddTo(resolved, Resolve(item), item.Position);
            }
        }

        return resolved;
    }

    /// <exception cref="QueryException">A value was given for what is not a parameter of the query.</exception>
    public void CheckAllUsed()
    {
        var unknown = values.Keys.Where(name => !_used.Contains(name)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (unknown is not null) throw QueryException.At(TextPosition.Start, $"the query has no parameter ${QueryText.Clean(unknown)}, but a value for it was given");
    }

    private static void AddTo(List<ConstantValue> resolved, ConstantValue value, TextPosition position)
    {
        if (resolved.Count == QueryLimits.MaxListItems)
            throw QueryException.At(position, $"a list has at most {QueryLimits.MaxListItems} items, those of parameters included");
        resolved.Add(value);
    }

    private static ConstantValue Read(Parameter parameter, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => ConstantValue.OfString(ReadString(parameter, value)),
        JsonValueKind.Number => ConstantValue.OfNumber(value.GetRawText()),
        JsonValueKind.True or JsonValueKind.False => ConstantValue.Of(value.ValueKind == JsonValueKind.True),
        JsonValueKind.Null => ConstantValue.Null,
        var kind => throw QueryException.At(
            parameter.Position, $"the parameter ${parameter.Name} is of type {kind}; it must be a string, a number, true, false or null, or in a list an array of those"),
    };

    private static string ReadString(Parameter parameter, JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw QueryException.At(parameter.Position, $"the parameter ${parameter.Name} is not valid Unicode");
        }
    }

    private JsonElement Find(Parameter parameter)
    {
        _used.Add(parameter.Name);
        return values.TryGetValue(parameter.Name, out var value)
            ? value
            : throw QueryException.At(parameter.Position, $"no value was given for the parameter ${parameter.Name}");
    }
}
