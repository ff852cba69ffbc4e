using System.Buffers;
using System.Text;
using System.Text.Json;
using Jint;
using Jint.Native;
using Jint.Runtime;
using Subscriptions.Scripting.Values;

namespace Subscriptions.Scripting.Sandbox;

/// <summary><c>JSON.parse</c> and <c>JSON.stringify</c>, of one argument each; the engine's own recurse without end.</summary>
internal static class JsonFunctions
{
    public static void Replace(Engine engine, Meter meter)
    {
        Builtins.Put(engine, meter, engine.Json, "parse", 1, (_, arguments) => Parse(engine, meter, arguments));
        Builtins.Put(engine, meter, engine.Json, "stringify", 1, (_, arguments) => Stringify(engine, meter, arguments));
    }

    private static JsValue Parse(Engine engine, Meter meter, JsValue[] arguments)
    {
        CheckCount(engine, arguments, "JSON.parse");
        var text = TypeConverter.ToString(arguments.At(0));
        Meter.CheckLength(text.Length);
        var json = Encoding.UTF8.GetBytes(text);
        try
        {
            var reader = new Utf8JsonReader(json, JsonSource.Options);
            while (reader.Read())
            {
                // All of it is to be valid, whatever of it is looked at later.
            }
        }
        catch (JsonException)
        {
            throw new JavaScriptException(engine.SyntaxError, "the text is not valid JSON, or nests too deep");
        }

        return new JsonSource(json, meter).ToValue(engine);
    }

    private static JsValue Stringify(Engine engine, Meter meter, JsValue[] arguments)
    {
        CheckCount(engine, arguments, "JSON.stringify");
        var output = new ArrayBufferWriter<byte>();
        var hasText = new JsonResult(output, meter).TryWrite(arguments.At(0));
        Meter.CheckLength(output.WrittenCount);
        return hasText ? new JsValue(Encoding.UTF8.GetString(output.WrittenSpan)) : JsValue.Undefined;
    }

    private static void CheckCount(Engine engine, JsValue[] arguments, string name)
    {
        if (arguments.Skip(1).Any(a => !a.IsUndefined() && !a.IsNull()))
            throw new JavaScriptException(engine.TypeError, $"{name} takes one argument here");
    }
}
