using Subscriptions.Core.Changes;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Subscriptions;

/// <summary>Memory's picture of a subscription, when the store's answers come in another order than they were given.</summary>
public sealed class SubscriptionEntryTests
{
    private readonly SubscriptionEntry _entry = new(SubscriptionSamples.Subscription("orders"));

    private SubscriptionProgress Progress => _entry.Stored.Progress;

    [Fact]
    public void Moved_AnswerOfAnEarlierGrant_ChangesNothing()
    {
        _entry.Moved(At(seqno: 5, token: 2, epoch: 2));
        _entry.Moved(At(seqno: 0, token: 1, epoch: 1));

        Assert.Equal((new FencingToken(2), SubscriptionSamples.CursorAt(5)), (Progress.Token, Progress.Cursor));
    }

    [Fact]
    public void Moved_AnotherLeaseThatShares_KeepsWhatWasSavedSinceItWasGranted()
    {
        _entry.Moved(At(seqno: 0, token: 1, epoch: 1));
        _entry.Saved(Save(seqno: 7, token: 1));
        _entry.Moved(At(seqno: 0, token: 2, epoch: 1));

        Assert.Equal((new FencingToken(2), SubscriptionSamples.CursorAt(7)), (Progress.Token, Progress.Cursor));
    }

    [Fact]
    public void Moved_AnotherEpoch_IsWhatTheStoreSays()
    {
        _entry.Moved(At(seqno: 0, token: 1, epoch: 1));
        _entry.Saved(Save(seqno: 7, token: 1) with { AckedAbove = SubscriptionSamples.AckedAbove });
        _entry.Moved(At(seqno: 3, token: 2, epoch: 2));

        Assert.Equal((SubscriptionSamples.CursorAt(3), AckedRanges.None), (Progress.Cursor, Progress.AckedAbove));
    }

    [Fact]
    public void Saved_ToldAfterTheCursorMoved_DoesNotUndoTheMove()
    {
        _entry.Moved(At(seqno: 0, token: 1, epoch: 1));
        _entry.Moved(At(seqno: 3, token: 2, epoch: 2));
        _entry.Saved(Save(seqno: 9, token: 1));

        Assert.Equal(SubscriptionSamples.CursorAt(3), Progress.Cursor);
    }

    [Fact]
    public void Saved_OfOneWhoShares_CountsUnderTheEpochsFirstToken()
    {
        _entry.Moved(At(seqno: 0, token: 1, epoch: 1));
        _entry.Moved(At(seqno: 0, token: 2, epoch: 1));
        _entry.Saved(Save(seqno: 4, token: 1));

        Assert.Equal(SubscriptionSamples.CursorAt(4), Progress.Cursor);
    }

    private static SubscriptionProgress At(long seqno, long token, long epoch) =>
        new(SubscriptionSamples.CursorAt(seqno), new FencingToken(token), null) { Epoch = new FencingToken(epoch) };

    private ProgressUpdate Save(long seqno, long token) => new(_entry.Id, new FencingToken(token), SubscriptionSamples.CursorAt(seqno), null);
}
