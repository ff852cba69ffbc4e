using System.Buffers;
using Jint.Runtime;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Scripting.Values;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>Calls functions for one document in a sandbox that is borrowed for it, and given back unless something went wrong in it.</summary>
internal sealed class ScriptRun(FunctionSandbox sandbox, SandboxPool pool, ReadOnlyMemory<byte> document, string id) : IScriptRun
{
    private bool _hasBegun;

    /// <inheritdoc />
    public bool Test(ScriptCall call) => sandbox.Run(static state => TypeConverter.ToBoolean(state.Run.Begun().Call(state.Call)), (Run: this, Call: call));

    /// <inheritdoc />
    public void Write(ScriptCall call, IBufferWriter<byte> output) => sandbox.Run(
        static state =>
        {
            var sandbox = state.Run.Begun();
            if (!new JsonResult(state.Output, sandbox.Meter).TryWrite(sandbox.Call(state.Call))) state.Output.Write("null"u8);
            return true;
        },
        (Run: this, Call: call, Output: output));

    /// <inheritdoc />
    public void Dispose()
    {
        sandbox.End();
        pool.Return(sandbox);
    }

    private FunctionSandbox Begun()
    {
        if (!_hasBegun) sandbox.Begin(document, id);
        _hasBegun = true;
        return sandbox;
    }
}
