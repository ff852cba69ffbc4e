using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery.Flows;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery.Flows;

/// <summary>The machine of delivery, case by case. Seqnos are those of partition 0.</summary>
public sealed class DeliveryLedgerTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(1);

    private static readonly RetryPolicy Policy = new() { MaxAttempts = 3, InitialBackoff = TimeSpan.FromSeconds(10) };

    [Fact]
    public void Ack_RetryWhoseDocumentChangedMeanwhile_BringsTheNewVersion()
    {
        var ledger = Ledger(retries: [Row("o1", 1)]);
        var claim = TakeRetries(ledger, Put("o1", 1));
        Assert.True(ledger.HoldsBack(Put("o1", 5), Now));

        ledger.Ack(claim, Now);

        Assert.Equal((5L, 0, Now), Short(ledger.Retries.Find("o1")));
    }

    [Fact]
    public void GiveBack_RetryWhoseDocumentChangedMeanwhile_BringsTheNewVersionAtOnce()
    {
        var ledger = Ledger(retries: [Row("o1", 1)]);
        var claim = TakeRetries(ledger, Put("o1", 1));
        Assert.True(ledger.HoldsBack(Put("o1", 5), Now));

        ledger.GiveBack(claim, wasSent: true, Now.AddHours(1), Now);

        Assert.Equal((5L, 0, Now), Short(ledger.Retries.Find("o1")));
    }

    [Fact]
    public void GiveBack_RetriesOfWhichOneFailed_LeavesThatOneToItsBackOff()
    {
        var ledger = Ledger(retries: [Row("o1", 1), Row("o2", 2)]);
        var claim = TakeRetries(ledger, Put("o1", 1), Put("o2", 2));
        ledger.Fail(claim, 0, Failure());

        ledger.GiveBack(claim, wasSent: true, Now.AddHours(1), Now);

        Assert.Equal((1L, 2, Now.AddSeconds(20)), Short(ledger.Retries.Find("o1")));
        Assert.Equal((2L, 1, Now.AddHours(1)), Short(ledger.Retries.Find("o2")));
    }

    [Fact]
    public void Fail_Again_KeepsWhenItFailedFirst()
    {
        var ledger = Ledger();
        ledger.Fail(Scan(ledger, Put("o1", 1)), 0, Failure());
        var claim = ledger.Claimed([ledger.TakeDue(Now.AddHours(1), 1).Select(_ => Put("o1", 1)).Single()], [2]);

        ledger.Fail(claim, 0, Failure() with { Now = Now.AddHours(1) });

        var item = ledger.Retries.Find("o1")!.Item;
        Assert.Equal((Now, Now.AddHours(1)), (item.FirstFailedAt, item.LastFailedAt));
    }

    [Fact]
    public void Fail_OlderVersionAfterALaterOne_LeavesThatOneItsAttemptsAndItsBackOff()
    {
        var ledger = Ledger();
        var (older, later) = (Scan(ledger, Put("o1", 1)), Scan(ledger, Put("o1", 5)));
        ledger.Fail(later, 0, Failure());

        Assert.Equal(FailureOutcome.Superseded, ledger.Fail(older, 0, Failure()));

        Assert.Equal((5L, 1, Now.AddSeconds(10)), Short(ledger.Retries.Find("o1")));
        Assert.Empty(ledger.TakeDue(Now.AddSeconds(9), 1));
        ledger.Ack(older, Now);
        ledger.Ack(later, Now);
        Assert.Single(ledger.TakeDue(Now.AddSeconds(10), 1));
    }

    [Fact]
    public void Fail_WhileALaterVersionWaitsBehind_ThatOneComesAtOnce()
    {
        var ledger = Ledger(isShared: true);
        var claim = Scan(ledger, Put("o1", 1), Put("o2", 2));
        Assert.True(ledger.HoldsBack(Put("o1", 5), Now));
        Assert.Empty(ledger.TakeDue(Now, 1));

        Assert.Equal(FailureOutcome.Superseded, ledger.Fail(claim, 0, Failure()));

        Assert.Equal((5L, 0, Now), Short(ledger.Retries.Find("o1")));
        Assert.Single(ledger.TakeDue(Now, 1));
    }

    [Fact]
    public void Fail_AsOftenAsAllowedAndThePolicyStops_ComesAgainAtOnceWithAttemptsAfresh()
    {
        var ledger = Ledger(policy: Policy with { MaxAttempts = 1, OnExhausted = ExhaustedAction.Stop });

        Assert.Equal(FailureOutcome.Stops, ledger.Fail(Scan(ledger, Put("o1", 1)), 0, Failure()));

        Assert.Equal((1L, 0, Now), Short(ledger.Retries.Find("o1")));
        Assert.Empty(ledger.Retries.TakeChanges()!.DeadLetters);
    }

    [Fact]
    public void FailUnsent_NewVersionOfADocumentThatWaits_CountsAfresh()
    {
        var ledger = Ledger(retries: [Row("o1", 1, attempts: 2)]);

        Assert.Equal(FailureOutcome.Retried, ledger.FailUnsent(Put("o1", 5), Failure()));

        Assert.Equal((5L, 1, Now.AddSeconds(10)), Short(ledger.Retries.Find("o1")));
    }

    [Fact]
    public void FailUnsent_SameVersionAgain_CountsOn()
    {
        var ledger = Ledger(retries: [Row("o1", 1, attempts: 2)]);

        Assert.Equal(FailureOutcome.DeadLettered, ledger.FailUnsent(Put("o1", 1), Failure()));

        Assert.Equal(3, Assert.Single(ledger.Retries.TakeChanges()!.DeadLetters).Attempts);
    }

    [Fact]
    public void Replay_WhileTheDocumentIsOut_ComesOnceMoreAndIsStoredUntilThen()
    {
        var ledger = Ledger(retries: [Row("o1", 5, attempts: 1)]);
        var claim = TakeRetries(ledger, Put("o1", 5));
        ledger.Retries.Replay(Row("o1", 1, attempts: 0));
        Assert.Null(ledger.Retries.TakeChanges());

        ledger.Ack(claim, Now);

        Assert.False(ledger.IsDrained);
        Assert.Equal("o1", Assert.Single(ledger.Retries.TakeChanges()!.Retries).Id);
        Assert.Equal("o1", Assert.Single(ledger.TakeDue(Now, 10)).Item.Id);
    }

    [Fact]
    public void Replay_OfAnEarlierRevisionWhileALaterOneIsOut_IsStoredAsTheEarlier()
    {
        var ledger = Ledger(isRevisions: true);
        ledger.Retries.Put(Row("o1", 5));
        ledger.TakeDue(Now, 10);

        ledger.Retries.Replay(Row("o1", 1, attempts: 0));

        Assert.Equal(1, Assert.Single(ledger.Retries.TakeChanges()!.Retries).Seqno);
    }

    [Fact]
    public void Fail_OlderVersionAfterALaterOneWasGivenUp_KeepsTheLaterDeadLetter()
    {
        var ledger = Ledger(policy: Policy with { MaxAttempts = 1 });
        var older = Scan(ledger, Put("o1", 1));
        var later = Scan(ledger, Put("o1", 5));

        ledger.Fail(later, 0, Failure());
        ledger.Fail(older, 0, Failure());

        Assert.Equal(5, Assert.Single(ledger.Retries.TakeChanges()!.DeadLetters).Seqno);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TakeDue_DocumentIsOutInALaterVersion_WaitsUntilThatIsSettled(bool isShared)
    {
        var ledger = Ledger(isShared: isShared);
        var first = Scan(ledger, Put("o1", 1), Put("o2", 2));
        if (isShared) Assert.True(ledger.HoldsBack(Put("o1", 5), Now));
        else ledger.Retries.Put(Row("o1", 1));

        Assert.Empty(ledger.TakeDue(Now, 10));
        ledger.GiveBack(first, wasSent: true, Now, Now);

        Assert.Equal("o1", Assert.Single(ledger.TakeDue(Now, 10)).Item.Id);
    }

    [Fact]
    public void Ack_OfARetryWhoseStretchCameBack_IsNotReadAgainAndTheCursorForgetsIt()
    {
        var ledger = Ledger();
        var stretch = Scan(ledger, Put("o1", 1), Put("o2", 2));
        ledger.Fail(stretch, 0, Failure() with { Delay = TimeSpan.Zero });
        ledger.GiveBack(stretch, wasSent: true, Now, Now);
        ledger.Ack(TakeRetries(ledger, Put("o1", 1)), Now);

        Assert.Equal("p0:1-1", ledger.AckedAbove.ToString());
        Assert.True(ledger.HoldsBack(Put("o1", 1), Now));
        Assert.False(ledger.HoldsBack(Put("o2", 2), Now));
        var waiting = ledger.NextWaiting(Now, out _)!;
        ledger.Ack(ledger.TakenAgain(waiting, waiting.End, [Put("o2", 2)])!, Now);

        Assert.True(ledger.IsDrained);
        Assert.Equal(SubscriptionSamples.CursorAt(2), ledger.Cursor);
        Assert.True(ledger.AckedAbove.IsEmpty);
    }

    [Fact]
    public void AckedAbove_CursorMovesIntoWhatWasAckedBefore_IsWhatIsLeftOfIt()
    {
        var ledger = Ledger(ackedBefore: AckedRanges.Create([new AckedRange(0, 1, 9)]));

        ledger.Ack(Scan(ledger, Put("o1", 1)), Now);
        Assert.Equal("p0:2-9", ledger.AckedAbove.ToString());
        Assert.True(ledger.HoldsBack(Put("o5", 5), Now));
        ledger.Scanned(SubscriptionSamples.CursorAt(5), []);

        Assert.Equal("p0:6-9", ledger.AckedAbove.ToString());
    }

    [Fact]
    public void TakenAgain_PartOfRevisions_WhatFailedIsNotOutWithTheRest()
    {
        var ledger = Ledger(isRevisions: true);
        var stretch = Scan(ledger, Put("o1", 1), Put("o2", 2), Put("o3", 3));
        ledger.Fail(stretch, 2, Failure() with { Delay = TimeSpan.Zero });
        ledger.GiveBack(stretch, wasSent: true, Now, Now);

        ledger.TakenAgain(ledger.NextWaiting(Now, out _)!, SubscriptionSamples.CursorAt(1), [Put("o1", 1)]);

        Assert.Equal("o3", Assert.Single(ledger.TakeDue(Now, 10)).Item.Id);
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    [InlineData(false, false, true)]
    public void NextWaiting_TheFirstMayNotYetBeHandedOut_OthersPassItOnlyWhereOrderIsPerDocument(bool isShared, bool isRevisions, bool blocks)
    {
        var ledger = Ledger(isShared: isShared, isRevisions: isRevisions);
        var (first, second) = (Scan(ledger, Put("o1", 1)), Scan(ledger, Put("o2", 2)));
        ledger.GiveBack(first, wasSent: true, Now.AddMinutes(1), Now);
        ledger.GiveBack(second, wasSent: true, Now, Now);

        var next = ledger.NextWaiting(Now, out var isBlocked);

        Assert.Equal((blocks, blocks ? null : second), (isBlocked, next));
        Assert.Equal(Now.AddMinutes(1), ledger.NextDueAt(Now));
    }

    private static DeliveryLedger Ledger(
        bool isShared = false, bool isRevisions = false, RetryPolicy? policy = null, AckedRanges? ackedBefore = null, FailedItem[]? retries = null) =>
        new(
            new LedgerRules(policy ?? Policy, isShared, isRevisions, Partitions: 1, MaxRetries: 100),
            SubscriptionSamples.CursorAt(0),
            ackedBefore ?? AckedRanges.None,
            retries ?? []);

    private static Change Put(string id, long seqno) => new()
    {
        Id = id,
        Collection = "Orders",
        Partition = 0,
        Seqno = seqno,
        Revision = new Revision(seqno, 1),
        Kind = ChangeKind.Put,
        Content = "{}"u8.ToArray(),
        ChangedAt = Now,
    };

    private static FailedItem Row(string id, long seqno, int attempts = 1) => new(id, seqno, attempts, Now) { FirstFailedAt = Now, LastFailedAt = Now };

    private static ItemFailure Failure() => new("no", "w", null, Now, Jitter: 0.5);

    private static Stretch Scan(DeliveryLedger ledger, params Change[] items) =>
        Assert.IsType<Stretch>(ledger.Scanned(SubscriptionSamples.CursorAt(items[^1].Seqno), items));

    private static RetryClaim TakeRetries(DeliveryLedger ledger, params Change[] items)
    {
        var due = ledger.TakeDue(Now, 10);
        Assert.Equal(items.Select(i => i.Id), due.Select(row => row.Item.Id).Order());
        return ledger.Claimed(items, [.. items.Select(i => ledger.Retries.Find(i.Id)!.Item.Attempts + 1)]);
    }

    private static (long Seqno, int Attempts, DateTimeOffset DueAt) Short(RetryRow? row)
    {
        Assert.NotNull(row);
        return (row.Item.Seqno, row.Item.Attempts, row.Item.DueAt);
    }
}
