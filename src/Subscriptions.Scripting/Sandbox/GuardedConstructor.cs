using Jint;
using Jint.Native;
using Jint.Native.Function;
using Jint.Native.Object;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>A constructor of the engine as scripts see it, with what the sandbox adds to it.</summary>
internal sealed class GuardedConstructor : FunctionInstance, IConstructor
{
    private readonly Func<JsValue[], ObjectInstance> _construct;

    public GuardedConstructor(Engine engine, ObjectInstance prototype, int length, Func<JsValue[], ObjectInstance> construct)
        : base(engine, null, null, false)
    {
        _construct = construct;
        Prototype = engine.Function.PrototypeObject;
        FastAddProperty("length", length, false, false, false);
        FastAddProperty("prototype", prototype, false, false, false);
    }

    public override JsValue Call(JsValue thisObject, JsValue[] arguments) => Construct(arguments);

    public ObjectInstance Construct(JsValue[] arguments) => _construct(arguments);
}
