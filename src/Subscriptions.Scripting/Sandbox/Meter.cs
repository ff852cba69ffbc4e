using System.Globalization;
using System.Runtime.CompilerServices;
using Subscriptions.Core.Queries;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>Measures what functions use for one document, and stops them at the limits. Not thread-safe.</summary>
internal sealed class Meter(QueryLimits limits, TimeProvider time)
{
    /// <summary>The longest array that built-in functions work on, and the longest list of arguments.</summary>
    public const int MaxArrayLength = 100_000;

    /// <summary>The longest string that built-in functions make, in UTF-16 code units.</summary>
    public const int MaxStringLength = 4 * 1024 * 1024;

    // Threads have at least 1.5 MB; an expression as deep as the parser lets it be takes at most 300 KB beyond a check.
    private const long MaxStackBytes = 512 * 1024;

    // Beyond so many times the limit it is no excuse any more that the thread did not get to run.
    private const int MostWaiting = 20;

    private long _startedAt;
    private long _allocatedBefore;
    private nint _stackStart;
    private int _depth;
    private TimeSpan? _threadBefore;

    /// <summary>Begins to count, on the thread and at the depth of the stack that the functions will run on.</summary>
    public void Begin()
    {
        _startedAt = time.GetTimestamp();
        _allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        _stackStart = StackPointer();
        _depth = 0;
        _threadBefore = null;
    }

    /// <summary>Checks time and memory.</summary>
    public void Check()
    {
        if (GC.GetAllocatedBytesForCurrentThread() - _allocatedBefore > limits.ScriptMemoryBytes)
            throw new ScriptLimitException(Text($"took more than {limits.ScriptMemoryBytes} bytes of memory for one document (Limits:ScriptMemory)"));
        if (IsOutOfTime()) throw new ScriptLimitException(Text($"took more than {limits.ScriptTime.TotalMilliseconds} ms for one document (Limits:ScriptTime)"));
    }

    /// <summary>Checks the stack.</summary>
    public void CheckStack()
    {
        if (Math.Abs(_stackStart - StackPointer()) > MaxStackBytes) throw TooDeep();
    }

    /// <summary>Begins with a call of a declared or inner function.</summary>
    public void Enter()
    {
        CheckStack();
        Check();
        if (_depth >= limits.ScriptRecursion) throw TooDeep();
        _depth++;
    }

    /// <summary>Ends a call.</summary>
    public void Leave() => _depth--;

    /// <summary>Refuses a string that would be too long.</summary>
    public static void CheckLength(long length)
    {
        if (length > MaxStringLength) throw new ScriptLimitException(Text($"made a string of more than {MaxStringLength} characters"));
    }

    /// <summary>That the engine counted too many statements.</summary>
    public ScriptLimitException TooManyStatements() =>
        new(Text($"took more than {limits.ScriptStatements} statements for one document (Limits:ScriptStatements)"));

    // What counts is the time of the thread, so that a busy machine fails no function; but to ask for it costs a call of the system, and few
    // functions run long enough for that to be needed.
    private bool IsOutOfTime()
    {
        var spent = time.GetElapsedTime(_startedAt);
        if (spent < limits.ScriptTime / 10) return false;

        _threadBefore ??= ThreadTime.Elapsed();
        if (spent < limits.ScriptTime) return false;
        return ThreadTime.Elapsed() - _threadBefore > limits.ScriptTime * 0.9 || spent > limits.ScriptTime * MostWaiting;
    }

    private ScriptLimitException TooDeep() =>
        new(Text($"called itself too deep; at most {limits.ScriptRecursion} calls are under way at a time (Limits:ScriptRecursion)"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe nint StackPointer()
    {
        byte here;
        return (nint)(&here);
    }
}
