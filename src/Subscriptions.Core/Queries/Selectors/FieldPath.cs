using System.Globalization;
using System.Text;
using System.Text.Json;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Queries.Selectors;

/// <summary>Where a path led.</summary>
internal enum FieldOutcome
{
    /// <summary>To a value.</summary>
    Found = 0,

    /// <summary>To an object that has no such property.</summary>
    Missing = 1,

    /// <summary>Through something that has no properties, or beyond the end of an array.</summary>
    BadPath = 2,
}

/// <summary>A path with dots: properties, and numbers of elements from 0. Immutable.</summary>
internal sealed class FieldPath(string[] steps)
{
    private static readonly JsonElement True = JsonDocument.Parse("true").RootElement.Clone();

    /// <summary>Splits a name at its dots, except for those behind a backslash.</summary>
    /// <returns>Null when a step is empty.</returns>
    public static string[]? Split(string name)
    {
        var steps = new List<string>();
        var step = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '\\' && i + 1 < name.Length && name[i + 1] is '.' or '\\' or '$')
            {
                step.Append(name[++i]);
            }
            else if (name[i] == '.')
            {
                steps.Add(step.ToString());
                step.Clear();
            }
            else
            {
                step.Append(name[i]);
            }
        }

        steps.Add(step.ToString());
        return steps.Any(s => s.Length == 0) ? null : [.. steps];
    }

    /// <summary>Follows the path.</summary>
    /// <param name="value">Where it begins.</param>
    /// <param name="change">The document, when it begins at the document: that has more than its content.</param>
    /// <param name="found">The value.</param>
    public FieldOutcome Follow(SelectorValue value, Change? change, out SelectorValue found)
    {
        found = value;
        for (var i = 0; i < steps.Length; i++)
        {
            if (i == 0 && change is not null && TryGetOwn(change, steps[0], out var own))
            {
                found = own;
                continue;
            }

            var outcome = Step(found, steps[i], out found);
            if (outcome != FieldOutcome.Found) return outcome;
        }

        return FieldOutcome.Found;
    }

    private static bool TryGetOwn(Change change, string name, out SelectorValue found)
    {
        found = name switch
        {
            "_id" => new SelectorValue(change.Id),
            "_rev" => new SelectorValue(change.Revision.ToString()),
            "_deleted" when change.IsTombstone => new SelectorValue(True),
            _ => default,
        };
        return found.Kind != JsonValueKind.Undefined;
    }

    private static FieldOutcome Step(SelectorValue value, string name, out SelectorValue found)
    {
        found = default;
        switch (value.Kind)
        {
            case JsonValueKind.Object:
                if (!SelectorValue.TryGet(value.Element, name, out var property)) return FieldOutcome.Missing;
                found = new SelectorValue(property);
                return FieldOutcome.Found;
            case JsonValueKind.Array when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < value.Element.GetArrayLength():
                found = new SelectorValue(value.Element[index]);
                return FieldOutcome.Found;
            default:
                return FieldOutcome.BadPath;
        }
    }
}
