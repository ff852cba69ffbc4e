using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Observer_ToldOfEveryChangeAndWhatItReplaced()
    {
        await WriteAsync(Put("a", 1), Put("b", 2));
        await WriteAsync(Put("a", 3), Delete("b"), Put("a", 4));

        Assert.Equal(
            [("a", 1, 0), ("b", 2, 0), ("a", 3, 1), ("b", 4, 2), ("a", 5, 3)],
            Observer.Changes.Select(c => (c.Change.Id, (int)c.Change.Seqno, (int)c.SupersededSeqno)));
        Assert.Equal(Json(3), Observer.Changes[2].Change.Content.ToArray());
        Assert.Equal(ChangeKind.Delete, Observer.Changes[3].Change.Kind);
    }

    [Fact]
    public async Task Observer_ChangesItIsTold_EqualWhatReadersSee()
    {
        var expiresAt = Time.GetUtcNow().AddMinutes(1);
        await WriteAsync(Put("a", 1, expiresAt: expiresAt), Put("b", 2));
        await WriteAsync(Touch("a", expiresAt.AddTicks(1)), Delete("b"));

        var told = Observer.Changes.Select(c => c.Change).Where(c => c.Seqno > 2);
        Assert.Equal(told.Select(Describe), (await ReadAsync()).Changes.Select(Describe));
    }

    [Fact]
    public async Task Observer_WriteOfATrace_IsToldWhich()
    {
        var (first, second) = (new TraceOrigin(1, 1), new TraceOrigin(2, 2));
        await WriteAsync(Put("a", 1) with { Origin = first }, Put("b", 2));
        await WriteAsync(Touch("a") with { Origin = second }, Delete("b") with { Origin = second });

        Assert.Equal([first, null, second, second], Observer.Changes.Select(c => c.Change.Origin));
    }

    [Fact]
    public async Task Observer_NothingChanged_IsNotCalled()
    {
        await ConflictAsync(Put("a", 1, ExpectedRevision.Exactly(Foreign)));
        await WriteAsync(Delete("a"), Touch("a"));
        await Store.ExpireAsync(Time.GetUtcNow(), 10, Token).Within();
        await Store.PurgeTombstonesAsync(Time.GetUtcNow(), 10, Token).Within();

        Assert.Empty(Observer.Changes);
    }

    [Fact]
    public async Task Observer_IsCalledBeforeTheWriterIsAnswered()
    {
        using var gate = new ManualResetEventSlim();
        using var called = new SemaphoreSlim(0);
        Observer.Committed = () =>
        {
            called.Release();
            gate.Wait(TestTimeout.Default);
        };

        // On another thread: a store may do all of its work on the caller's.
        var write = Task.Run(() => WriteAsync(Put("a")), Token);
        await called.WaitAsync(Token).Within();

        Assert.False(write.IsCompleted);
        gate.Set();
        await write.Within();
    }

    [Fact]
    public async Task Observer_ManyWriters_ToldInSeqnoOrderWithoutHoles()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < 20; i++) await WriteAsync(Put($"{writer}-{i % 3}", i), Put($"shared-{i % 5}", i));
            },
            Token))).Within();

        Assert.Equal(Enumerable.Range(1, 640).Select(n => (long)n), Observer.Changes.Select(c => c.Change.Seqno));
        var newest = new Dictionary<string, long>();
        foreach (var (change, superseded) in Observer.Changes)
        {
            Assert.Equal(newest.GetValueOrDefault(change.Id), superseded);
            newest[change.Id] = change.Seqno;
        }
    }

    /// <summary>All of a change, but for what is only of the moment.</summary>
    protected static string Describe(Change c) =>
        $"{c.Partition}:{c.Seqno} {c.Kind} {c.Id} {c.Collection} {c.Revision} {c.ExpiresAt:O} {c.ChangedAt:O} {Convert.ToHexString(c.Content.Span)}";
}
