using Jint;
using Jint.Native;
using Jint.Native.Function;
using Jint.Runtime;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>
/// A function of the host or of the engine as scripts see it: checked before and after, so that none recurses or grows without end; and what
/// the engine does not handle itself is a TypeError that scripts can catch.
/// </summary>
internal sealed class GuardedFunction : FunctionInstance
{
    private readonly Meter _meter;
    private readonly Func<JsValue, JsValue[], JsValue> _function;

    public GuardedFunction(Engine engine, Meter meter, int length, Func<JsValue, JsValue[], JsValue> function)
        : base(engine, null, null, false)
    {
        _meter = meter;
        _function = function;
        Prototype = engine.Function.PrototypeObject;
        Extensible = true;
        FastAddProperty("length", length, false, false, false);
    }

    public override JsValue Call(JsValue thisObject, JsValue[] arguments)
    {
        _meter.CheckStack();
        _meter.Check();
        try
        {
            var result = _function(thisObject, arguments);
            _meter.Check();
            return result;
        }
        catch (Exception e) when (e is ArgumentException or NullReferenceException or InvalidCastException or IndexOutOfRangeException
            or FormatException or OverflowException or InvalidOperationException or KeyNotFoundException)
        {
            throw new JavaScriptException(Engine.TypeError, "a built-in function was called with something that it cannot use");
        }
    }
}
