using Subscriptions.Core.Changes;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>What is kept of an item that was handed out: enough to settle it, without its content.</summary>
/// <param name="Id">The document.</param>
/// <param name="Seqno">The version.</param>
internal readonly record struct ItemKey(string Id, long Seqno);

/// <summary>Items that one worker has, and that are to be settled: acked, failed one by one, or given back.</summary>
internal abstract class Claim(IReadOnlyList<ItemKey> items)
{
    private HashSet<string>? _failed;

    /// <summary>The items, in the order of delivery.</summary>
    public IReadOnlyList<ItemKey> Items { get; protected set; } = items;

    /// <summary>How often an item was delivered, this time included.</summary>
    public abstract int AttemptOf(int index);

    /// <summary>True when the item was failed by its id, so that an ack does not cover it.</summary>
    public bool HasFailed(string id) => _failed?.Contains(id) == true;

    /// <summary>Notes that an item failed.</summary>
    /// <returns>False when that was noted before.</returns>
    public bool Fail(string id) => (_failed ??= new HashSet<string>(StringComparer.Ordinal)).Add(id);

    /// <summary>Nobody has the items any more.</summary>
    protected void Clear()
    {
        Items = [];
        _failed = null;
    }
}

/// <summary>What became of a stretch of the log.</summary>
internal enum StretchState
{
    /// <summary>A worker has its items.</summary>
    Out,

    /// <summary>Came back, and is to be handed out again.</summary>
    Waiting,

    /// <summary>Is done: its items were acked or failed one by one, or it had none.</summary>
    Acked,
}

/// <summary>
/// A stretch of the log behind the cursor: all that matches in it is in one claim. It knows positions, not documents; what is handed out
/// again is read again.
/// </summary>
internal sealed class Stretch(ResumeToken start, ResumeToken end, IReadOnlyList<ItemKey> items) : Claim(items)
{
    /// <summary>Where it begins, exclusive.</summary>
    public ResumeToken Start { get; } = start;

    /// <summary>Where it ends, inclusive.</summary>
    public ResumeToken End { get; set; } = end;

    /// <summary>What became of it.</summary>
    public StretchState State { get; private set; } = items.Count == 0 ? StretchState.Acked : StretchState.Out;

    /// <summary>How often it was delivered, the present time included.</summary>
    public int Attempt { get; private set; } = 1;

    /// <summary>When it may be handed out again, once it waits.</summary>
    public DateTimeOffset NotBefore { get; private set; }

    public static Stretch Waits(ResumeToken start, ResumeToken end, IReadOnlyList<ItemKey> items, int delivered, DateTimeOffset notBefore) =>
        new(start, end, items) { State = StretchState.Waiting, Attempt = delivered, NotBefore = notBefore };

    public static Stretch Again(ResumeToken start, ResumeToken end, IReadOnlyList<ItemKey> items, int attempt) =>
        new(start, end, items) { Attempt = attempt };

    /// <inheritdoc />
    public override int AttemptOf(int index) => Attempt;

    public void Ack()
    {
        State = StretchState.Acked;
        Clear();
    }

    /// <param name="wasSent">The worker got it, so that the attempt counts.</param>
    /// <param name="notBefore">When it may be handed out again.</param>
    /// <param name="keepsItems">Its items are known until then.</param>
    public void GiveBack(bool wasSent, DateTimeOffset notBefore, bool keepsItems)
    {
        State = StretchState.Waiting;
        if (!wasSent) Attempt--;
        NotBefore = notBefore;
        if (!keepsItems) Clear();
    }
}

/// <summary>Failed items that one worker has for another try.</summary>
internal sealed class RetryClaim(IReadOnlyList<ItemKey> items, IReadOnlyList<int> attempts) : Claim(items)
{
    /// <inheritdoc />
    public override int AttemptOf(int index) => attempts[index];

    public void Settle() => Clear();
}
