using System.Text.Json;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>
/// Finds the values of a query's paths in one pass over a document, and stops as soon as it has them all. Of a property that stands in an
/// object twice the first counts.
/// </summary>
internal sealed class ContentScanner(ContentPaths paths, SlotTable slots)
{
    private const int OnStack = 256;

    private readonly JsonReaderOptions _options = new() { MaxDepth = paths.MaxDepth };

    // Which object, by number, a node was last seen in.
    private readonly long[] _seenIn = new long[paths.NodeCount];
    private long _objects;
    private int _arrays;

    /// <summary>Fills the slots.</summary>
    /// <param name="content">A document's content; empty for a tombstone, in which no path leads anywhere.</param>
    /// <returns>False when what was looked at is not valid JSON, or nests deeper than documents may.</returns>
    public bool TryScan(ReadOnlySpan<byte> content)
    {
        slots.Clear();
        _arrays = 0;
        if (content.IsEmpty)
        {
            AddMissing(paths.Root);
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(content, _options);
            reader.Read();
            Visit(ref reader, paths.Root, isLast: true);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // A string with escapes is no valid Unicode.
            return false;
        }
    }

    /// <summary>Looks at one value, and leaves the reader at its last token, or anywhere when nothing is wanted behind it.</summary>
    /// <param name="reader">At the value's first token.</param>
    /// <param name="node">The value's place.</param>
    /// <param name="isLast">Nothing is wanted behind this value.</param>
    private void Visit(ref Utf8JsonReader reader, PathNode node, bool isLast)
    {
        var entry = node.Slot < 0 ? -1 : paths.KeepsSource ? AddSource(ref reader, node.Slot) : Add(ref reader, node.Slot);

        var isObject = reader.TokenType == JsonTokenType.StartObject;
        var isArray = reader.TokenType == JsonTokenType.StartArray;
        var isKeptWhole = paths.KeepsSource && entry >= 0 && (isObject || isArray);
        if (isKeptWhole) isLast = false;
        if (!isArray && node.Elements is not null) AddMissing(node.Elements);
        if (!isObject)
        {
            foreach (var property in node.Properties) AddMissing(property);
        }

        if (isObject && node.Properties.Length > 0) VisitProperties(ref reader, node, isLast);
        else if (isArray && node.Elements is not null) VisitElements(ref reader, node.Elements);
        else if (!isLast) reader.Skip();

        if (isKeptWhole) slots.EndAt(entry, (int)reader.BytesConsumed);
    }

    private void VisitProperties(ref Utf8JsonReader reader, PathNode node, bool isLast)
    {
        var number = ++_objects;
        var pending = node.Properties.Length;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = pending > 0 ? Find(ref reader, node) : null;
            reader.Read();
            if (property is null || _seenIn[property.Index] == number)
            {
                reader.Skip();
                continue;
            }

            _seenIn[property.Index] = number;
            pending--;
            Visit(ref reader, property, isLast && pending == 0);
            if (isLast && pending == 0) return;
        }

        if (pending == 0) return;
        foreach (var property in node.Properties)
        {
            if (_seenIn[property.Index] != number) AddMissing(property);
        }
    }

    private void VisitElements(ref Utf8JsonReader reader, PathNode elements)
    {
        _arrays++;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) Visit(ref reader, elements, isLast: false);
        _arrays--;
    }

    private static PathNode? Find(ref Utf8JsonReader reader, PathNode node)
    {
        if (!reader.ValueIsEscaped) return node.Find(reader.ValueSpan);

        var length = reader.ValueSpan.Length;
        var name = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
        return node.Find(name[..reader.CopyString(name)]);
    }

    private int Add(ref Utf8JsonReader reader, int slot)
    {
        var start = (int)reader.TokenStartIndex;
        return reader.TokenType switch
        {
            JsonTokenType.String when reader.ValueIsEscaped => slots.AddEscaped(slot, ref reader),
            JsonTokenType.String => slots.Add(slot, ValueKind.String, start + 1, reader.ValueSpan.Length),
            JsonTokenType.Number => slots.Add(slot, ValueKind.Number, start, reader.ValueSpan.Length),
            _ => slots.Add(slot, KindOf(reader.TokenType), start, 0),
        };
    }

    private int AddSource(ref Utf8JsonReader reader, int slot)
    {
        var start = (int)reader.TokenStartIndex;
        return slots.Add(slot, KindOf(reader.TokenType), start, (int)reader.BytesConsumed - start);
    }

    private static ValueKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.Null => ValueKind.Null,
        JsonTokenType.True => ValueKind.True,
        JsonTokenType.False => ValueKind.False,
        JsonTokenType.Number => ValueKind.Number,
        JsonTokenType.String => ValueKind.String,
        JsonTokenType.StartArray => ValueKind.Array,
        _ => ValueKind.Object,
    };

    private void AddMissing(PathNode node)
    {
        foreach (var slot in node.Slots)
        {
            // What is missing in one element must not move the values of the next ones.
            if (paths.KeepsSource && _arrays > 0) slots.Add(slot, ValueKind.Missing, 0, 0);
            else slots.AddMissing(slot);
        }
    }
}
