using System.Collections;
using Jint.Parser.Ast;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>A list of one expression; whoever has evaluated it is checked, before anything is done with its value.</summary>
internal sealed class CheckedExpression(Expression expression, Meter meter) : IList<Expression>
{
    public int Count => 1;

    public bool IsReadOnly => true;

    public Expression this[int index]
    {
        get => index == 0 ? expression : throw new ArgumentOutOfRangeException(nameof(index));
        set => throw new NotSupportedException();
    }

    public IEnumerator<Expression> GetEnumerator() => new Enumerator(expression, meter);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public int IndexOf(Expression item) => ReferenceEquals(item, expression) ? 0 : -1;

    public bool Contains(Expression item) => IndexOf(item) == 0;

    public void CopyTo(Expression[] array, int arrayIndex) => array[arrayIndex] = expression;

    public void Add(Expression item) => throw new NotSupportedException();

    public void Clear() => throw new NotSupportedException();

    public void Insert(int index, Expression item) => throw new NotSupportedException();

    public bool Remove(Expression item) => throw new NotSupportedException();

    public void RemoveAt(int index) => throw new NotSupportedException();

    private sealed class Enumerator(Expression expression, Meter meter) : IEnumerator<Expression>
    {
        private bool _isBehind;

        public Expression Current => expression;

        object IEnumerator.Current => Current;

        public bool MoveNext()
        {
            if (_isBehind)
            {
                meter.Check();
                return false;
            }

            _isBehind = true;
            return true;
        }

        public void Reset() => _isBehind = false;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
