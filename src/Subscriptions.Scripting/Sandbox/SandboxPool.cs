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
    private readonly List<FunctionSandbox> _idle = [];

    /// <summary>A sandbox of the program, for the caller alone.</summary>
    public FunctionSandbox Rent(ScriptProgram program)
    {
        lock (_lock)
        {
            for (var i = _idle.Count - 1; i >= 0; i--)
            {
                var sandbox = _idle[i];
                if (!ReferenceEquals(sandbox.Program, program)) continue;
                _idle.RemoveAt(i);
                return sandbox;
            }
        }

        return new FunctionSandbox(program);
    }

    /// <summary>Takes a sandbox back that is as it was.</summary>
    public void Return(FunctionSandbox sandbox)
    {
        lock (_lock)
        {
            if (_idle.Count == MaxIdle) _idle.RemoveAt(0);
            _idle.Add(sandbox);
        }
    }
}
