using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>Takes from an engine's built-in objects what scripts must not have, and puts the rest under the sandbox's checks.</summary>
internal static class Builtins
{
    private const int MaxConverted = 64 * 1024;

    public static void Harden(Engine engine, Meter meter, HostFunctions host)
    {
        // Code that is made of strings has not been looked at by anybody, and parsing it can exhaust the stack.
        engine.Global.RemoveOwnProperty("eval");
        engine.Global.RemoveOwnProperty("Function");
        engine.Function.PrototypeObject.RemoveOwnProperty("constructor");

        ObjectInstance[] errors =
        [
            engine.Error.PrototypeObject, engine.EvalError.PrototypeObject, engine.RangeError.PrototypeObject, engine.ReferenceError.PrototypeObject,
            engine.SyntaxError.PrototypeObject, engine.TypeError.PrototypeObject, engine.UriError.PrototypeObject,
        ];
        ObjectInstance[] owners =
        [
            engine.Global, engine.Object, engine.Object.PrototypeObject, engine.Function.PrototypeObject, engine.Array, engine.Array.PrototypeObject,
            engine.String, engine.String.PrototypeObject, engine.RegExp.PrototypeObject, engine.Number, engine.Number.PrototypeObject, engine.Boolean,
            engine.Boolean.PrototypeObject, engine.Date, engine.Date.PrototypeObject, engine.Math, engine.Json, .. errors,
        ];
        foreach (var owner in owners) Guard(engine, meter, owner);

        engine.Global.FastSetProperty("id", new PropertyDescriptor(new JsValue(host.GetId), false, false, false));
        engine.Global.FastSetProperty("RegExp", new PropertyDescriptor(new JsValue(host.RegExp), false, false, false));
        engine.RegExp.PrototypeObject.FastSetProperty("constructor", new PropertyDescriptor(new JsValue(host.RegExp), false, false, false));
        ArrayFunctions.Replace(engine, meter);
        StringFunctions.Replace(engine, meter, host);
        ObjectFunctions.Replace(engine, meter);
        JsonFunctions.Replace(engine, meter);
        NumberFunctions.Replace(engine, meter);
        DateFunctions.Replace(engine, meter);
        foreach (var name in new[] { "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent" })
            Wrap(engine, meter, engine.Global, name, inner => (self, arguments) => inner(self, [Short(arguments.At(0)), .. arguments.Skip(1)]));

        // What these have must not change, and yet objects that inherit from them may have their own of it.
        LetOthersOverride(engine, meter, engine.Object.PrototypeObject);
        foreach (var error in errors) LetOthersOverride(engine, meter, error);
    }

    /// <summary>Puts a function in the place of a built-in one.</summary>
    public static void Put(Engine engine, Meter meter, ObjectInstance owner, string name, int length, Func<JsValue, JsValue[], JsValue> function) =>
        owner.FastSetProperty(name, new PropertyDescriptor(new JsValue(new GuardedFunction(engine, meter, length, function)), false, false, false));

    /// <summary>Puts something before a built-in function.</summary>
    public static void Wrap(
        Engine engine, Meter meter, ObjectInstance owner, string name, Func<Func<JsValue, JsValue[], JsValue>, Func<JsValue, JsValue[], JsValue>> wrap)
    {
        var inner = owner.Get(name).TryCast<ICallable>();
        var length = (int)TypeConverter.ToNumber(owner.Get(name).AsObject().Get("length"));
        Put(engine, meter, owner, name, length, wrap(inner.Call));
    }

    private static void Guard(Engine engine, Meter meter, ObjectInstance owner)
    {
        foreach (var (name, property) in owner.GetOwnProperties().ToArray())
        {
            if (property.IsDataDescriptor() && property.Value?.Is<ClrFunctionInstance>() == true) Wrap(engine, meter, owner, name, inner => inner);
        }
    }

    private static JsValue Short(JsValue value)
    {
        var text = TypeConverter.ToString(value);
        return text.Length <= MaxConverted
            ? new JsValue(text)
            : throw new ScriptLimitException($"converted a string of more than {MaxConverted} characters");
    }

    private static void LetOthersOverride(Engine engine, Meter meter, ObjectInstance owner)
    {
        foreach (var (name, property) in owner.GetOwnProperties().ToArray())
        {
            var value = property.Value;
            var get = new GuardedFunction(engine, meter, 0, (_, _) => value);
            var set = new GuardedFunction(engine, meter, 1, (self, arguments) =>
            {
                if (self.IsObject() && !ReferenceEquals(self.AsObject(), owner))
                    self.AsObject().DefineOwnProperty(name, new PropertyDescriptor(arguments.At(0), true, true, true), false);
                return JsValue.Undefined;
            });
            owner.FastSetProperty(name, new PropertyDescriptor(get: new JsValue(get), set: new JsValue(set), enumerable: false, configurable: false));
        }
    }
}
