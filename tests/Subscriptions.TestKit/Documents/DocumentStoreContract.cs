using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.TestKit.Documents;

/// <summary>
/// What every <see cref="IDocumentStoreProvider"/> and its <see cref="IDocumentStore"/>s promise. A store's tests derive from this class and say how
/// the store is opened.
/// </summary>
public abstract partial class DocumentStoreContract : IAsyncLifetime
{
    /// <summary>Limits that end no page of these tests.</summary>
    protected static readonly ReadLimits NoLimit = new(int.MaxValue, long.MaxValue);

    /// <summary>The store's clock.</summary>
    protected FakeTimeProvider Time { get; } = new();

    /// <summary>Sees the commits of <see cref="Store"/>.</summary>
    protected CommitRecorder Observer { get; } = new();

    /// <summary>The open provider.</summary>
    protected IDocumentStoreProvider Provider { get; private set; } = null!;

    /// <summary>An open database of one partition, empty at first.</summary>
    protected IDocumentStore Store { get; private set; } = null!;

    /// <summary>The test's cancellation.</summary>
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens the provider; each time on the same data.</summary>
    protected abstract IDocumentStoreProvider OpenProvider();

    /// <inheritdoc />
    public virtual async ValueTask InitializeAsync()
    {
        Provider = OpenProvider();
        Store = await CreateAsync("orders", partitionCount: 1, Observer);
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Provider.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes everything and opens it again.</summary>
    protected async Task ReopenAsync()
    {
        var name = Store.Info.Name;
        await Store.DisposeAsync();
        await Provider.DisposeAsync();
        Provider = OpenProvider();
        Store = await OpenAsync(name.Value, Observer);
    }

    /// <summary>Creates another database.</summary>
    protected async Task<IDocumentStore> CreateAsync(string name, int partitionCount = 1, ICommitObserver? observer = null) =>
        await Provider.CreateAsync(InfoOf(name, partitionCount), observer ?? new CommitRecorder(), Token).Within()
        ?? throw new InvalidOperationException($"There already is a database '{name}'.");

    /// <summary>Opens a database.</summary>
    protected async Task<IDocumentStore> OpenAsync(string name, ICommitObserver? observer = null) =>
        await Provider.OpenAsync(DatabaseName.Parse(name), observer ?? new CommitRecorder(), Token).Within()
        ?? throw new InvalidOperationException($"There is no database '{name}'.");

    /// <summary>The identity of a database.</summary>
    protected DatabaseInfo InfoOf(string name, int partitionCount = 1) =>
        new(DatabaseName.Parse(name), partitionCount, new DatabaseSettings(), Time.GetUtcNow());

    /// <summary>Content that differs by <paramref name="value"/>.</summary>
    protected static byte[] Json(int value) => Encoding.UTF8.GetBytes($"{{\"value\":{value}}}");

    /// <summary>A put.</summary>
    protected static DocumentWrite Put(string id, int value = 0, ExpectedRevision expected = default, DateTimeOffset? expiresAt = null) => new()
    {
        Kind = WriteKind.Put,
        Id = id,
        Collection = "Orders",
        Content = Json(value),
        Expected = expected,
        ExpiresAt = expiresAt,
    };

    /// <summary>A delete.</summary>
    protected static DocumentWrite Delete(string id, ExpectedRevision expected = default) =>
        new() { Kind = WriteKind.Delete, Id = id, Expected = expected };

    /// <summary>A touch.</summary>
    protected static DocumentWrite Touch(string id, DateTimeOffset? expiresAt = null, ExpectedRevision expected = default) =>
        new() { Kind = WriteKind.Touch, Id = id, ExpiresAt = expiresAt, Expected = expected };

    /// <summary>Writes one request that must not conflict.</summary>
    protected Task<IReadOnlyList<WriteOutcome>> WriteAsync(params DocumentWrite[] operations) => WriteToAsync(Store, operations);

    /// <summary>Writes one request that must not conflict.</summary>
    protected static async Task<IReadOnlyList<WriteOutcome>> WriteToAsync(IDocumentStore store, params DocumentWrite[] operations) =>
        Assert.IsType<WriteResult.Committed>(await store.WriteAsync(operations, Token).Within()).Outcomes;

    /// <summary>Writes one request that must conflict.</summary>
    protected async Task<WriteResult.Conflict> ConflictAsync(params DocumentWrite[] operations) =>
        Assert.IsType<WriteResult.Conflict>(await Store.WriteAsync(operations, Token).Within());

    /// <summary>The newest version of a document.</summary>
    protected Task<Change?> GetAsync(string id) => Store.GetAsync(id, Token).Within();

    /// <summary>A page of the only partition.</summary>
    protected Task<ChangePage> ReadAsync(long afterSeqno = 0, ReadLimits? limits = null) =>
        Store.ReadChangesAsync(0, afterSeqno, limits ?? NoLimit, Token).Within();

    /// <summary>Asserts that a call failed with a certain fault.</summary>
    protected static async Task<StoreException> AssertFaultAsync(StoreFault kind, Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<StoreException>(call);
        Assert.Equal(kind, fault.Kind);
        return fault;
    }
}
