using Jint;
using Jint.Native;
using Jint.Native.Function;
using Jint.Native.String;
using Jint.Runtime;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>The functions of objects and functions that could nest objects or calls without end.</summary>
internal static class ObjectFunctions
{
    public static void Replace(Engine engine, Meter meter)
    {
        Builtins.Wrap(engine, meter, engine.Object, "create", inner => (self, arguments) =>
        {
            var created = inner(self, arguments);
            HostFunctions.CheckPrototypes(created.AsObject());
            return created;
        });

        Builtins.Wrap(engine, meter, engine.Object, "getOwnPropertyNames", inner => (self, arguments) =>
        {
            // The characters of a string have names too.
            if (arguments.At(0).Is<StringInstance>()) ArrayFunctions.LengthOf(engine, arguments[0]);
            return inner(self, arguments);
        });

        var prototype = engine.Function.PrototypeObject;
        Builtins.Wrap(engine, meter, prototype, "apply", inner => (self, arguments) =>
        {
            ArrayFunctions.LengthOf(engine, arguments.At(1));
            return inner(self, arguments);
        });
        Builtins.Put(engine, meter, prototype, "bind", 1, (self, bound) =>
        {
            if (self.TryCast<ICallable>() is not { } target) throw new JavaScriptException(engine.TypeError, "bind is for functions");
            var length = self.AsObject() is FunctionInstance { FormalParameters: { } names } ? Math.Max(0, names.Length - Math.Max(0, bound.Length - 1)) : 0;
            return new JsValue(new GuardedFunction(engine, meter, length, (_, rest) => target.Call(bound.At(0), [.. bound.Skip(1), .. rest])));
        });
    }
}
