using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;

namespace Subscriptions.Storage.Tests.Documents;

public sealed class SqliteDocumentStoreTests : DocumentStoreContract
{
    private readonly TemporaryFolder _folder = new();
    private DataFolder? _data;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _data?.Dispose();
        _folder.Dispose();
    }

    protected override IDocumentStoreProvider OpenProvider()
    {
        _data?.Dispose();
        _data = DataFolder.Open(_folder["data"]);
        return SqliteDocumentStoreProvider.Open(_data, Time);
    }
}
