using System.Globalization;
using System.Text;
using Jint;
using Jint.Native;
using Jint.Native.Array;
using Jint.Runtime;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>The functions of arrays, for arrays of bounded length.</summary>
internal static class ArrayFunctions
{
    public static void Replace(Engine engine, Meter meter)
    {
        var prototype = engine.Array.PrototypeObject;
        foreach (var (name, property) in prototype.GetOwnProperties().ToArray())
        {
            if (property.Value?.Is<GuardedFunction>() != true) continue;
            Builtins.Wrap(engine, meter, prototype, name, inner => (self, arguments) =>
            {
                LengthOf(engine, self);
                return inner(self, arguments);
            });
        }

        Builtins.Wrap(engine, meter, prototype, "concat", inner => (self, arguments) =>
        {
            Check(arguments.Where(a => a.Is<ArrayInstance>()).Sum(a => LengthOf(engine, a)) + LengthOf(engine, self));
            return inner(self, arguments);
        });
        Builtins.Put(engine, meter, prototype, "join", 1, (self, arguments) => Join(engine, meter, self, arguments.At(0)));
        Builtins.Put(engine, meter, prototype, "toString", 0, (self, _) => Join(engine, meter, self, JsValue.Undefined));
        Builtins.Put(engine, meter, prototype, "toLocaleString", 0, (self, _) => Join(engine, meter, self, JsValue.Undefined));
    }

    /// <summary>The length of something like an array.</summary>
    /// <exception cref="ScriptLimitException">It is too long.</exception>
    /// <exception cref="JavaScriptException">Nobody can tell without running the script's functions, which may say something else the next time.</exception>
    public static long LengthOf(Engine engine, JsValue value)
    {
        if (!value.IsObject()) return value.IsString() ? Check(value.AsString().Length) : 0;

        var property = value.AsObject().GetProperty("length");
        if (property.IsAccessorDescriptor() || property.Value?.IsObject() == true)
            throw new JavaScriptException(engine.TypeError, "the length of what is used as an array is not a number");
        return Check(property.Value is null ? 0 : TypeConverter.ToUint32(property.Value));
    }

    private static long Check(long length) => length <= Meter.MaxArrayLength
        ? length
        : throw new ScriptLimitException($"used a function for arrays on more than {Meter.MaxArrayLength} elements");

    private static JsValue Join(Engine engine, Meter meter, JsValue self, JsValue separator)
    {
        var length = LengthOf(engine, self);
        var array = TypeConverter.ToObject(engine, self);
        var between = separator.IsUndefined() ? "," : TypeConverter.ToString(separator);
        var joined = new StringBuilder();
        for (var i = 0; i < length; i++)
        {
            if (i > 0) joined.Append(between);
            if (array.Get(i.ToString(CultureInfo.InvariantCulture)) is var element && !element.IsNull() && !element.IsUndefined())
                joined.Append(TypeConverter.ToString(element));
            Meter.CheckLength(joined.Length);
            if ((i & 255) == 255) meter.Check();
        }

        return new JsValue(joined.ToString());
    }
}
