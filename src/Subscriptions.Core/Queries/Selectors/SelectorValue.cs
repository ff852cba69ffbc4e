using System.Text.Json;

namespace Subscriptions.Core.Queries.Selectors;

/// <summary>A value that a selector looks at: of the document, or a string that is not written in it.</summary>
internal readonly struct SelectorValue
{
    private readonly string? _text;

    public SelectorValue(JsonElement element) => Element = element;

    public SelectorValue(string text) => _text = text;

    /// <summary>The value, unless it is a string that is not written in the document.</summary>
    public JsonElement Element { get; }

    public JsonValueKind Kind => _text is null ? Element.ValueKind : JsonValueKind.String;

    public string GetString() => _text ?? Element.GetString()!;

    /// <summary>The value of a property, the first of its name.</summary>
    public static bool TryGet(JsonElement value, string name, out JsonElement found)
    {
        found = default;
        foreach (var property in value.EnumerateObject())
        {
            if (!property.NameEquals(name)) continue;
            found = property.Value;
            return true;
        }

        return false;
    }
}
