using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using Jint.Native;
using Jint.Native.Array;
using Jint.Native.Boolean;
using Jint.Native.Number;
using Jint.Native.Object;
using Jint.Native.String;
using Jint.Runtime;
using Subscriptions.Core.Documents;
using Subscriptions.Scripting.Sandbox;

namespace Subscriptions.Scripting.Values;

/// <summary>Writes values as <c>JSON.stringify</c> does, as deep as documents nest. Parts of the document that nobody looked at are copied as they stand.</summary>
internal sealed class JsonResult(IBufferWriter<byte> output, Meter meter)
{
    private int _depth;

    /// <summary>Writes a value.</summary>
    /// <returns>False when JSON has nothing for it, so that nothing was written.</returns>
    /// <exception cref="ScriptLimitException">It nests too deep; so does what contains itself.</exception>
    public bool TryWrite(JsValue value)
    {
        value = Plain(value);
        if (IsNothing(value)) return false;
        WritePlain(value);
        return true;
    }

    private static bool IsNothing(JsValue value) => value.IsUndefined() || value.Is<ICallable>();

    private void WritePlain(JsValue value)
    {
        if (value.IsObject()) Write(value.AsObject());
        else if (value.IsString()) Write(value.AsString());
        else if (value.IsNumber()) Write(value.AsNumber());
        else output.Write(value.IsNull() ? "null"u8 : value.AsBoolean() ? "true"u8 : "false"u8);
    }

    // What stands for a value: the result of toJSON, the primitive in an object around one.
    private static JsValue Plain(JsValue value)
    {
        if (!value.IsObject() || value.AsObject() is JsonObject { Untouched.IsEmpty: false }) return value;

        var convert = value.AsObject().Get("toJSON");
        if (convert.Is<ICallable>()) value = convert.TryCast<ICallable>().Call(value, [new JsValue("")]);
        if (!value.IsObject()) return value;
        return value.AsObject() switch
        {
            NumberInstance or StringInstance or BooleanInstance => ((IPrimitiveInstance)value.AsObject()).PrimitiveValue,
            _ => value,
        };
    }

    private void Write(ObjectInstance value)
    {
        if (value is JsonObject { Untouched: { IsEmpty: false } untouched })
        {
            output.Write(untouched);
            return;
        }

        if (++_depth > DocumentLimits.MaxDepth)
            throw new ScriptLimitException($"made a value that nests deeper than {DocumentLimits.MaxDepth} levels, or contains itself");

        meter.Check();
        if (value is ArrayInstance) WriteElements(value);
        else WriteProperties(value);
        _depth--;
    }

    private void WriteElements(ObjectInstance array)
    {
        var length = TypeConverter.ToUint32(array.Get("length"));
        output.Write("["u8);
        for (uint i = 0; i < length; i++)
        {
            if (i > 0) output.Write(","u8);
            if ((i & 1023) == 1023) meter.Check();
            var name = TypeConverter.ToString(new JsValue(i));
            if (array.GetOwnProperty(name) is JsonProperty { Untouched: { IsEmpty: false } untouched }) output.Write(untouched);
            else if (!TryWrite(array.Get(name))) output.Write("null"u8);
        }

        output.Write("]"u8);
    }

    private void WriteProperties(ObjectInstance value)
    {
        var isFirst = true;
        output.Write("{"u8);

        // A getter may change the object that is being written.
        foreach (var (name, property) in value.GetOwnProperties().ToArray())
        {
            if (property.Enumerable != true) continue;

            var untouched = property is JsonProperty json ? json.Untouched : default;
            var own = untouched.IsEmpty ? Plain(value.Get(name)) : JsValue.Null;
            if (IsNothing(own)) continue;

            if (!isFirst) output.Write(","u8);
            isFirst = false;
            Write(name);
            output.Write(":"u8);
            if (untouched.IsEmpty) WritePlain(own);
            else output.Write(untouched);
        }

        output.Write("}"u8);
    }

    private void Write(string text)
    {
        output.Write("\""u8);
        output.Write(Encoding.UTF8.GetBytes(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)));
        output.Write("\""u8);
    }

    private void Write(double number)
    {
        if (!double.IsFinite(number))
        {
            output.Write("null"u8);
        }
        else if (number == Math.Floor(number) && Math.Abs(number) < 1e15)
        {
            var span = output.GetSpan(20);
            Utf8Formatter.TryFormat((long)number, span, out var written);
            output.Advance(written);
        }
        else
        {
            output.Write(Encoding.UTF8.GetBytes(TypeConverter.ToString(new JsValue(number))));
        }
    }
}
