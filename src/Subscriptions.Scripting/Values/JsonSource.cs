using System.Globalization;
using System.Text.Json;
using Jint;
using Jint.Native;
using Jint.Native.Array;
using Jint.Runtime.Descriptors;
using Subscriptions.Core.Documents;
using Subscriptions.Scripting.Sandbox;

namespace Subscriptions.Scripting.Values;

/// <summary>The text of a value, and how values of the engine are made of it.</summary>
/// <param name="Json">One JSON value.</param>
/// <param name="Meter">Checks what making them takes.</param>
internal readonly record struct JsonSource(ReadOnlyMemory<byte> Json, Meter Meter)
{
    // A pair of versions is an object around two documents.
    public static JsonReaderOptions Options { get; } = new() { MaxDepth = DocumentLimits.MaxDepth + 1 };

    /// <summary>The value; what is within objects is made when it is asked for.</summary>
    public JsValue ToValue(Engine engine)
    {
        var reader = new Utf8JsonReader(Json.Span, Options);
        reader.Read();
        return reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? Container(engine, Json) : Primitive(ref reader);
    }

    /// <summary>A property with the value that the reader is at; leaves it at the value's last token.</summary>
    public PropertyDescriptor Describe(Engine engine, ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return new PropertyDescriptor(Primitive(ref reader), true, true, true);

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new JsonProperty(engine, this with { Json = Json[start..(int)reader.BytesConsumed] });
    }

    /// <summary>An object or an array.</summary>
    public JsValue Container(Engine engine, ReadOnlyMemory<byte> json)
    {
        var source = this with { Json = json };
        return new JsValue(json.Span[0] == '{' ? new JsonObject(engine, source) : source.ToArray(engine));
    }

    private ArrayInstance ToArray(Engine engine)
    {
        var array = new ArrayInstance(engine) { Prototype = engine.Array.PrototypeObject, Extensible = true };
        array.FastAddProperty("length", 0, true, false, false);
        var reader = new Utf8JsonReader(Json.Span, Options);
        reader.Read();
        uint count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            array.FastSetProperty(count.ToString(CultureInfo.InvariantCulture), Describe(engine, ref reader));
            if ((++count & 1023) == 0) Meter.Check();
        }

        array.FastSetProperty("length", new PropertyDescriptor(new JsValue(count), true, false, false));
        return array;
    }

    /// <summary>The value that the reader is at, when it is neither an object nor an array.</summary>
    public static JsValue Primitive(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => new JsValue(reader.GetString()!),
        JsonTokenType.Number => new JsValue(reader.GetDouble()),
        JsonTokenType.True => JsValue.True,
        JsonTokenType.False => JsValue.False,
        _ => JsValue.Null,
    };
}
