using System.Globalization;
using Jint;
using Jint.Native;
using Jint.Native.Array;
using Jint.Native.Function;
using Jint.Native.Object;
using Jint.Parser;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Core.Queries.Syntax;
using Subscriptions.Scripting.Syntax;
using Subscriptions.Scripting.Values;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>
/// An engine in which the functions of one program can be called, and nothing that they do lasts: all that outlives a call is frozen.
/// Not thread-safe.
/// </summary>
internal sealed class FunctionSandbox
{
    private readonly Engine _engine;
    private readonly FunctionInstance[] _functions;
    private readonly FunctionSource[] _sources;
    private readonly HostFunctions _host;
    private JsValue _document = JsValue.Null;

    public FunctionSandbox(ScriptProgram program)
    {
        Program = program;
        Meter = new Meter(program.Limits, program.Time);
        Meter.Begin();
        _engine = new Engine(options => options
            .MaxStatements(program.Limits.ScriptStatements)
            .Culture(CultureInfo.InvariantCulture)
            .LocalTimeZone(TimeZoneInfo.Utc));
        _sources = [.. program.Functions.Select(f => new FunctionSource(f))];

        _host = new HostFunctions(_engine, Meter, program.Limits);
        Builtins.Harden(_engine, Meter, _host);
        _functions = [.. program.Functions.Select(Declare)];
        foreach (var (number, function) in program.Functions.Index()) _engine.Global.FastAddProperty(function.Name, _functions[number], false, false, false);
        Freezer.Freeze(_engine.Global);
        foreach (var function in _functions) Freezer.Freeze(function);
    }

    /// <summary>Whose functions these are.</summary>
    public ScriptProgram Program { get; }

    /// <summary>Measures what they use.</summary>
    public Meter Meter { get; }

    /// <summary>Begins with a document.</summary>
    public void Begin(ReadOnlyMemory<byte> document, string id)
    {
        Meter.Begin();
        _engine.ResetStatementsCount();
        _document = document.IsEmpty ? JsValue.Null : new JsonSource(document, Meter).ToValue(_engine);
        _host.Begin(_document, id);
    }

    /// <summary>Lets go of the document.</summary>
    public void End()
    {
        _document = JsValue.Null;
        _host.Begin(JsValue.Null, "");
    }

    /// <summary>A call's result.</summary>
    public JsValue Call(ScriptCall call) => _functions[call.Function].Call(JsValue.Undefined, [.. call.Arguments.Select(Evaluate)]);

    /// <summary>Where the engine says that something happened, as far as it is in one of the functions.</summary>
    public ScriptPlace? PlaceOf(Location? location) =>
        location is { Source: { } name, Start: { } start } && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ScriptPlace(number, _sources[number].OffsetOf(start.Line, start.Column))
            : null;

    private ScriptFunctionInstance Declare(ScriptFunction function, int number)
    {
        var parsed = FunctionParser.Parse(function, number);
        new Instrumentation(Meter, _host.RegexLiteral, _host.Construct).Apply(parsed);
        return new ScriptFunctionInstance(_engine, parsed, _engine.GlobalEnvironment, parsed.Strict);
    }

    private JsValue Evaluate(ScriptArgument argument) => argument switch
    {
        ScriptDocument => _document,
        ScriptId => _host.Id,
        ScriptConstant constant => new JsonSource(constant.Json, Meter).ToValue(_engine),
        ScriptCall call => Call(call),
        _ => Follow(((ScriptPath)argument).Steps),
    };

    private JsValue Follow(SyntaxList<PathStep> steps)
    {
        if (!steps.Any(step => step.IsElements)) return Follow(_document, steps, 0, null) ?? JsValue.Undefined;

        var values = _engine.Array.Construct([]);
        Follow(_document, steps, 0, values);
        return new JsValue(values);
    }

    private JsValue? Follow(JsValue value, SyntaxList<PathStep> steps, int next, ObjectInstance? values)
    {
        if (next == steps.Count)
        {
            if (values is not null) _engine.Array.PrototypeObject.Push(values, [value]);
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
