using System.Globalization;
using Jint.Native;
using Jint.Native.Array;
using Jint.Native.Function;
using Jint.Native.Object;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Core.Queries.Syntax;
using Subscriptions.Scripting.Values;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>A sandbox for the functions that a query declares.</summary>
internal sealed class FunctionSandbox : ScriptSandbox
{
    private readonly FunctionInstance[] _functions;
    private JsValue _document = JsValue.Null;

    public FunctionSandbox(ScriptProgram program)
        : base(program, program.Sources, program.Limits, program.Time)
    {
        _functions = [.. program.Functions.Index().Select(f => Declare(Parse(f.Index), Engine.GlobalEnvironment))];
        foreach (var (number, function) in program.Functions.Index()) Engine.Global.FastAddProperty(function.Name, _functions[number], false, false, false);
        Freezer.Freeze(Engine.Global);
        foreach (var function in _functions) Freezer.Freeze(function);
    }

    /// <summary>Begins with a document.</summary>
    public void Begin(ReadOnlyMemory<byte> document, string id)
    {
        BeginCounting();
        _document = document.IsEmpty ? JsValue.Null : new JsonSource(document, Meter).ToValue(Engine);
        Host.Begin(_document, id);
    }

    /// <summary>Lets go of the document.</summary>
    public void End()
    {
        _document = JsValue.Null;
        Host.Begin(JsValue.Null, "");
    }

    /// <summary>A call's result.</summary>
    public JsValue Call(ScriptCall call) => _functions[call.Function].Call(JsValue.Undefined, [.. call.Arguments.Select(Evaluate)]);

    private JsValue Evaluate(ScriptArgument argument) => argument switch
    {
        ScriptDocument => _document,
        ScriptId => Host.Id,
        ScriptConstant constant => new JsonSource(constant.Json, Meter).ToValue(Engine),
        ScriptCall call => Call(call),
        _ => Follow(((ScriptPath)argument).Steps),
    };

    private JsValue Follow(SyntaxList<PathStep> steps)
    {
        if (!steps.Any(step => step.IsElements)) return Follow(_document, steps, 0, null) ?? JsValue.Undefined;

        var values = Engine.Array.Construct([]);
        Follow(_document, steps, 0, values);
        return new JsValue(values);
    }

    private JsValue? Follow(JsValue value, SyntaxList<PathStep> steps, int next, ObjectInstance? values)
    {
        if (next == steps.Count)
        {
            if (values is not null) Engine.Array.PrototypeObject.Push(values, [value]);
            return value;
        }

        if (steps[next].Property is { } name) return IsPlainObject(value) && value.AsObject().HasOwnProperty(name) ? Follow(value.AsObject().Get(name), steps, next + 1, values) : null;
        if (!value.IsArray()) return null;

        var length = Jint.Runtime.TypeConverter.ToUint32(value.AsObject().Get("length"));
        for (uint i = 0; i < length; i++) Follow(value.AsObject().Get(i.ToString(CultureInfo.InvariantCulture)), steps, next + 1, values);
        return null;
    }

    private static bool IsPlainObject(JsValue value) => value.IsObject() && value.AsObject() is not ArrayInstance;
}
