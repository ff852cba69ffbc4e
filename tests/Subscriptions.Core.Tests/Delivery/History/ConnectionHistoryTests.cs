using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Delivery.History;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery.History;

/// <summary>What is kept of one connection and its batches, in whatever order the news of them comes.</summary>
public sealed class ConnectionHistoryTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SubscriptionHistory _history = new();
    private readonly ConnectionHistory _connection;

    public ConnectionHistoryTests()
    {
        _connection = _history.Begin(new WorkerInfo("w", "127.0.0.1", OpeningStrategy.Fail, Now), Now);
        _connection.Granted(new FencingToken(1), Now);
    }

    private WorkerFigures Figures => Assert.Single(_history.GetSnapshot().Connections).Figures;

    private IReadOnlyList<BatchRecord> Batches => _history.GetSnapshot().Batches;

    [Fact]
    public void Sent_ToldAfterTheAck_WasSentWhenTheAckCame()
    {
        Send(1);
        _connection.Acked(1, At(2));
        _connection.Sent(1, At(3));

        Assert.Equal((BatchState.Acked, At(2), At(2)), (Batches[0].State, Batches[0].SentAt, Batches[0].AckedAt));
    }

    [Fact]
    public void Confirmed_SeveralAtOnce_CountsEach()
    {
        Send(1);
        Send(2);
        Send(3);
        _connection.Acked(2, At(1));
        _connection.Confirmed(2, At(2));

        Assert.Equal([BatchState.Confirmed, BatchState.Confirmed, BatchState.Sending], Batches.Select(b => b.State));
        Assert.Equal((2, 1, 1L), (Figures.Acks, Figures.BatchesInFlight, Figures.ItemsInFlight));
    }

    [Fact]
    public void Nacked_ThenTheEnd_StaysNackedAndIsNotInFlight()
    {
        Send(1);
        Send(2);
        _connection.Acked(1, At(1));
        _connection.Nacked(2, "no stock", At(2));
        _connection.Ended(null, isGone: true, At(3));

        Assert.Equal([BatchState.Lost, BatchState.Nacked], Batches.Select(b => b.State));
        Assert.Equal((At(2), "no stock"), (Batches[1].EndedAt, Batches[1].NackReason));
        Assert.Equal((0, 0L), (Figures.BatchesInFlight, Figures.ItemsInFlight));
    }

    [Fact]
    public void Ended_AckedAndNotConfirmed_IsLostAndLandedOnce()
    {
        Send(1);
        Send(2);
        _connection.Acked(1, At(1));
        _connection.Ended(null, isGone: true, At(2));

        Assert.All(Batches, b => Assert.Equal(BatchState.Lost, b.State));
        Assert.Equal((0, 0L, 0), (Figures.BatchesInFlight, Figures.ItemsInFlight, Figures.Acks));
    }

    [Theory]
    [InlineData(true, ConnectionState.Closed)]
    [InlineData(false, ConnectionState.Refused)]
    public void Ended_WithAReason_IsClosedOrRefused(bool wasGranted, ConnectionState expected)
    {
        var connection = _history.Begin(new WorkerInfo("other", "127.0.0.1", OpeningStrategy.Wait, Now), Now);
        if (wasGranted) connection.Granted(new FencingToken(2), Now);
        connection.Ended(new EngineException(ErrorCode.Dropped, "dropped"), isGone: false, At(1));

        Assert.Equal((expected, ErrorCode.Dropped), (connection.RecordLocked.State, connection.RecordLocked.EndReason));
    }

    [Fact]
    public void Ended_Twice_IsRememberedOnceWithTheFirstReason()
    {
        _connection.Ended(new EngineException(ErrorCode.Dropped, "dropped"), isGone: false, At(1));
        _connection.Ended(null, isGone: true, At(2));

        var record = Assert.Single(_history.GetSnapshot().Connections);
        Assert.Equal((ConnectionState.Closed, ErrorCode.Dropped, At(1)), (record.State, record.EndReason, record.EndedAt));
    }

    private static DateTimeOffset At(int seconds) => Now.AddSeconds(seconds);

    private void Send(long id)
    {
        var change = new Change
        {
            Id = "o1",
            Collection = "Orders",
            Partition = 0,
            Seqno = id,
            Revision = new Revision(id, 1),
            Kind = ChangeKind.Put,
            ChangedAt = Now,
        };
        _connection.Sending(new Batch(id, [change], null, ResumeToken.Beginning), redelivered: 0, Now, Now);
    }
}
