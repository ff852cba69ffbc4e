using Jint;
using Jint.Native;
using Jint.Native.Array;
using Jint.Runtime;
using Jint.Runtime.Descriptors;
using Subscriptions.Scripting.Sandbox;

namespace Subscriptions.Scripting.Design;

/// <summary>What CouchDB's query server gives to the functions of design documents.</summary>
internal sealed class CouchFunctions
{
    private readonly Engine _engine;
    private readonly Meter _meter;

    public CouchFunctions(Engine engine, Meter meter)
    {
        _engine = engine;
        _meter = meter;

        // The queries' own; not CouchDB's.
        engine.Global.RemoveOwnProperty("id");
        Builtins.Put(engine, meter, engine.Global, "emit", 2, (_, _) => Emit());
        Builtins.Put(engine, meter, engine.Global, "isArray", 1, (_, arguments) => new JsValue(arguments.At(0).Is<ArrayInstance>()));
        Builtins.Put(engine, meter, engine.Global, "sum", 1, (_, arguments) => Sum(arguments.At(0)));
        Builtins.Put(engine, meter, engine.Global, "log", 1, (_, _) => JsValue.Undefined);
        Builtins.Put(engine, meter, engine.Global, "require", 1, (_, _) => throw new JavaScriptException(
            engine.Error, "'require' is not supported here: a function cannot load modules; what it needs is to be in the function itself"));
        engine.Global.FastSetProperty("toJSON", new PropertyDescriptor(engine.Json.Get("stringify"), false, false, false));
    }

    /// <summary>Whether <c>emit</c> was called.</summary>
    public bool HasEmitted { get; private set; }

    /// <summary>Begins with a document.</summary>
    public void Begin() => HasEmitted = false;

    private JsValue Emit()
    {
        HasEmitted = true;
        return JsValue.Undefined;
    }

    // Adds as the operator does: numbers, until there is something to be joined as text.
    private JsValue Sum(JsValue values)
    {
        if (!values.IsObject()) return new JsValue(0);

        ArrayFunctions.LengthOf(_engine, values);
        var sum = new JsValue(0);
        var owner = values.AsObject();
        foreach (var (name, property) in owner.GetOwnProperties().ToArray())
        {
            if (property.Enumerable != true) continue;

            _meter.Check();
            var value = TypeConverter.ToPrimitive(owner.Get(name));
            sum = sum.IsString() || value.IsString()
                ? Join(TypeConverter.ToString(sum), TypeConverter.ToString(value))
                : new JsValue(TypeConverter.ToNumber(sum) + TypeConverter.ToNumber(value));
        }

        return sum;
    }

    private static JsValue Join(string left, string right)
    {
        Meter.CheckLength((long)left.Length + right.Length);
        return new JsValue(left + right);
    }
}
