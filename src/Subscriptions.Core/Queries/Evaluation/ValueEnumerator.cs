namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>Goes through the values of an operand in one document, without allocating.</summary>
internal ref struct ValueEnumerator
{
    private readonly SlotTable? _slots;
    private readonly ReadOnlySpan<byte> _content;
    private int _entry = -1;
    private bool _hasSingle;

    /// <summary>One value.</summary>
    public ValueEnumerator(Value single)
    {
        Current = single;
        _hasSingle = true;
    }

    /// <summary>The values of a slot.</summary>
    public ValueEnumerator(SlotTable slots, ReadOnlySpan<byte> content, int entry, bool isMissing)
    {
        _slots = slots;
        _content = content;
        _entry = entry;
        _hasSingle = isMissing;
    }

    public Value Current { get; private set; }

    public readonly ValueEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_entry >= 0)
        {
            Current = _slots!.ReadEntry(_entry, _content, out _entry);
            return true;
        }

        if (!_hasSingle) return false;

        // Of a slot: that the path leads nowhere, which counts as a value.
        _hasSingle = false;
        if (_slots is not null) Current = default;
        return true;
    }
}
