using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Jint.Native;
using Jint.Runtime;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Scripting.Values;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>Calls functions for one document in a sandbox that is borrowed for it, and given back unless something went wrong in it.</summary>
internal sealed class ScriptRun(FunctionSandbox sandbox, SandboxPool pool, ReadOnlyMemory<byte> document, string id) : IScriptRun
{
    private bool _hasBegun;
    private bool _isBroken;

    /// <inheritdoc />
    public bool Test(ScriptCall call) => Run(call, static (result, _, _) => TypeConverter.ToBoolean(result), (IBufferWriter<byte>?)null);

    /// <inheritdoc />
    public void Write(ScriptCall call, IBufferWriter<byte> output) => Run(
        call,
        static (result, meter, output) =>
        {
            if (!new JsonResult(output!, meter).TryWrite(result)) output!.Write("null"u8);
            return true;
        },
        output);

    /// <inheritdoc />
    public void Dispose()
    {
        sandbox.End();
        if (!_isBroken) pool.Return(sandbox);
    }

    private bool Run(ScriptCall call, Func<JsValue, Meter, IBufferWriter<byte>?, bool> use, IBufferWriter<byte>? output)
    {
        // Whatever is thrown, what the script left behind is thrown away with its sandbox, except for what is the script's own error.
        _isBroken = true;
        try
        {
            if (!_hasBegun) sandbox.Begin(document, id);
            _hasBegun = true;
            var holds = use(sandbox.Call(call), sandbox.Meter, output);
            _isBroken = false;
            return holds;
        }
        catch (JavaScriptException e)
        {
            throw Explain(e);
        }
        catch (ScriptLimitException e)
        {
            throw new ScriptException(e.Message, null);
        }
        catch (StatementsCountOverflowException)
        {
            throw new ScriptException(sandbox.Meter.TooManyStatements().Message, null);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ScriptException($"a regular expression took more than {e.MatchTimeout.TotalMilliseconds} ms (Limits:RegexTime)", null);
        }
        catch (JsonException)
        {
            throw new ScriptException("the content is not valid JSON, or nests too deep", null);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or InvalidCastException or NullReferenceException
            or NotImplementedException or NotSupportedException or IndexOutOfRangeException or FormatException or ArithmeticException
            or KeyNotFoundException or OutOfMemoryException)
        {
            // The engine has no error of JavaScript for some of what scripts can do wrong.
            throw new ScriptException("did something that has no result", null);
        }
    }

    private ScriptException Explain(JavaScriptException e)
    {
        try
        {
            var (message, place) = (ScriptErrors.Describe(e.Error), sandbox.PlaceOf(e.Location));
            _isBroken = false;
            return new ScriptException(message, place);
        }
        catch (Exception inner) when (inner is JavaScriptException or ScriptLimitException or StatementsCountOverflowException or ArgumentException)
        {
            return new ScriptException("threw something that cannot be shown", sandbox.PlaceOf(e.Location));
        }
    }
}
