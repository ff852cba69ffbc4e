using System.Buffers;

namespace Subscriptions.Core.Queries.Scripts;

/// <summary>
/// Calls a query's functions for one document. What the calls use counts together against the limits. Not thread-safe. After an exception
/// only <see cref="IDisposable.Dispose"/> may be called.
/// </summary>
public interface IScriptRun : IDisposable
{
    /// <summary>Whether a call's result counts as true in JavaScript.</summary>
    /// <exception cref="ScriptException">The function threw, or went beyond a limit.</exception>
    bool Test(ScriptCall call);

    /// <summary>Writes a call's result as JSON, as <c>JSON.stringify</c> would; what that has no JSON for is null.</summary>
    /// <exception cref="ScriptException">The function threw, or went beyond a limit.</exception>
    void Write(ScriptCall call, IBufferWriter<byte> output);
}
