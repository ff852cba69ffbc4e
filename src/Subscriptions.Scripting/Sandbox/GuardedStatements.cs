using System.Collections;
using Jint.Parser.Ast;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>The statements of a block; whoever begins to execute them is checked first.</summary>
internal sealed class GuardedStatements : IEnumerable<Statement>
{
    private readonly Statement[] _statements;
    private readonly Meter _meter;
    private readonly bool _isFunction;

    /// <param name="statements">The statements; may be guarded as a block's already.</param>
    /// <param name="meter">What checks.</param>
    /// <param name="isFunction">Whether they are a function's body.</param>
    public GuardedStatements(IEnumerable<Statement> statements, Meter meter, bool isFunction)
    {
        _statements = statements is GuardedStatements guarded ? guarded._statements : [.. statements];
        _meter = meter;
        _isFunction = isFunction;
    }

    public IEnumerator<Statement> GetEnumerator()
    {
        if (_isFunction)
        {
            _meter.Enter();
            return new Enumerator(_statements, _meter);
        }

        _meter.CheckStack();
        _meter.Check();
        return new Enumerator(_statements, null);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class Enumerator(Statement[] statements, Meter? entered) : IEnumerator<Statement>
    {
        private int _next;

        public Statement Current { get; private set; } = null!;

        object IEnumerator.Current => Current;

        public bool MoveNext()
        {
            if (_next == statements.Length) return false;
            Current = statements[_next++];
            return true;
        }

        public void Reset() => _next = 0;

        public void Dispose() => entered?.Leave();
    }
}
