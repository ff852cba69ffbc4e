using Subscriptions.Core.Documents;

namespace Subscriptions.TestKit.Documents;

/// <summary>What fake databases are kept on, so that a test can close and open them.</summary>
public sealed class FakeDisk
{
    /// <summary>While set, databases cannot be dropped, for this reason.</summary>
    public StoreException? DropFault { get; set; }

    /// <summary>While set, databases cannot be put in their place, for this reason.</summary>
    public StoreException? RestoreFault { get; set; }

    /// <summary>While set, databases cannot be opened, for this reason.</summary>
    public StoreException? OpenFault { get; set; }

    /// <summary>While true, stores on it take their time: others come between a call and its answer. Default: false.</summary>
    public bool IsSlow { get; set; }

    internal Dictionary<DatabaseName, FakeDatabase> Databases { get; } = [];
}
