namespace Subscriptions.Scripting.Sandbox;

/// <summary>
/// Sandboxes that nobody uses now, of all programs; those idle for longest are let go. A sandbox takes some 250 KB and a third of a
/// millisecond to make. Thread-safe.
/// </summary>
internal sealed class SandboxPool
{
    /// <summary>The most idle sandboxes of a process.</summary>
    public const int MaxIdle = 128;

    private readonly Lock _lock = new();
    private readonly List<ScriptSandbox> _idle = [];

    /// <summary>A sandbox of the program, for the caller alone.</summary>
    /// <param name="program">The program.</param>
    /// <param name="create">Makes one where none is idle; a program always makes the same kind.</param>
    public TSandbox Rent<TProgram, TSandbox>(TProgram program, Func<TProgram, TSandbox> create)
        where TProgram : class
        where TSandbox : ScriptSandbox
    {
        lock (_lock)
        {
            for (var i = _idle.Count - 1; i >= 0; i--)
            {
                var sandbox = _idle[i];
                if (!ReferenceEquals(sandbox.Program, program)) continue;
                _idle.RemoveAt(i);
                return (TSandbox)sandbox;
            }
        }

        return create(program);
    }

    /// <summary>Takes a sandbox back, to be used again if it is as it was.</summary>
    public void Return(ScriptSandbox sandbox)
    {
        if (sandbox.IsBroken) return;
        lock (_lock)
        {
            if (_idle.Count == MaxIdle) _idle.RemoveAt(0);
            _idle.Add(sandbox);
        }
    }
}
