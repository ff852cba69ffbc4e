using System.Buffers;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Design;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Scripting.Design;
using Subscriptions.Scripting.Sandbox;
using Subscriptions.Scripting.Syntax;

namespace Subscriptions.Scripting;

/// <summary>Runs the functions of queries and design documents on Jint, an interpreter of ECMAScript 5. One for a process; keeps idle interpreters.</summary>
public sealed class JintScriptEngine : IScriptEngine
{
    private readonly TimeProvider _time;
    private readonly SandboxPool _pool = new();
    private readonly Lazy<bool> _isWarm;

    /// <param name="timeProvider">Measures what functions take; null for the system's.</param>
    public JintScriptEngine(TimeProvider? timeProvider = null)
    {
        _time = timeProvider ?? TimeProvider.System;
        _isWarm = new Lazy<bool>(WarmUp);
    }

    /// <inheritdoc />
    public IScriptProgram Compile(IReadOnlyList<ScriptFunction> functions, QueryLimits limits)
    {
        ArgumentNullException.ThrowIfNull(functions);
        ArgumentNullException.ThrowIfNull(limits);
        foreach (var (number, function) in functions.Index()) _ = FunctionParser.Parse(FunctionSource.Of(function), number);
        _ = _isWarm.Value;
        return new ScriptProgram(functions, limits, _pool, _time);
    }

    /// <inheritdoc />
    public IDesignProgram CompileDesignFunction(string source, DesignFunctionKind kind, QueryLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(limits);
        var function = FunctionSource.Of(source);
        _ = FunctionParser.Parse(function, 0);
        _ = _isWarm.Value;
        return new DesignProgram(function, kind, limits, _pool, _time);
    }

    // What is compiled when the first function runs must not count against the time that the first document has.
    private bool WarmUp()
    {
        const string body = "var s = ''; for (var i = 0; i < x.a.length; i++) s += x.a[i].b + /c/.test(s); return { s: s, l: x.a.map(String) };";
        var limits = QueryLimits.Default with { ScriptTime = TimeSpan.FromMinutes(1) };
        var program = new ScriptProgram([new ScriptFunction("f", ["x"], body)], limits, new SandboxPool(), _time);
        using var run = program.Begin("""{"a":[{"b":1},{"b":"c"}]}"""u8.ToArray(), "");
        run.Write(new ScriptCall(0, [new ScriptDocument()]), new ArrayBufferWriter<byte>());
        return true;
    }
}
