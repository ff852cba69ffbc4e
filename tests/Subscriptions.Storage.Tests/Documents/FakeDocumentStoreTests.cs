using Subscriptions.Core.Documents;
using Subscriptions.TestKit.Documents;

namespace Subscriptions.Storage.Tests.Documents;

public sealed class FakeDocumentStoreTests : DocumentStoreContract
{
    private readonly FakeDisk _disk = new();

    protected override IDocumentStoreProvider OpenProvider() => new FakeDocumentStoreProvider(_disk, Time);
}
