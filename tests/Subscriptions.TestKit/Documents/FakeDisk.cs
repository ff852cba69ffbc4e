using Subscriptions.Core.Documents;

namespace Subscriptions.TestKit.Documents;

/// <summary>What fake databases are kept on, so that a test can close and open them.</summary>
public sealed class FakeDisk
{
    internal Dictionary<DatabaseName, FakeDatabase> Databases { get; } = [];
}
