using Jint.Native;
using Jint.Native.Function;
using Jint.Runtime;
using Jint.Runtime.Environments;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Design;
using Subscriptions.Scripting.Sandbox;

namespace Subscriptions.Scripting.Design;

/// <summary>A sandbox for a function of a design document.</summary>
internal sealed class DesignSandbox : ScriptSandbox
{
    private readonly ScriptFunctionInstance _function;
    private readonly CouchFunctions _couch;
    private readonly bool _isMap;

    public DesignSandbox(DesignProgram program)
        : base(program, [program.Source], program.Limits, program.Time)
    {
        _isMap = program.Kind == DesignFunctionKind.Map;
        _couch = new CouchFunctions(Engine, Meter);

        // A function expression knows itself by its name, which hides what is global.
        var environment = LexicalEnvironment.NewDeclarativeEnvironment(Engine, Engine.GlobalEnvironment);
        var parsed = Parse(0);
        _function = Declare(parsed, environment);
        if (parsed.Id?.Name is { } name)
        {
            var names = (DeclarativeEnvironmentRecord)environment.Record;
            names.CreateImmutableBinding(name);
            names.InitializeImmutableBinding(name, new JsValue(_function));
        }

        Freezer.Freeze(Engine.Global);
        Freezer.Freeze(_function);
    }

    /// <summary>Whether a document passes.</summary>
    public bool Passes(Change change, DesignRequest request)
    {
        BeginCounting();
        _couch.Begin();
        var document = new JsValue(new DesignDocument(Engine, change, Meter));
        if (_isMap)
        {
            _function.Call(JsValue.Undefined, [document]);
            return _couch.HasEmitted;
        }

        return TypeConverter.ToBoolean(_function.Call(JsValue.Undefined, [document, new JsValue(new DesignRequestObject(Engine, request, Meter))]));
    }
}
