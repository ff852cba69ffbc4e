using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>Where a query's paths begin: what it takes for the content of a change.</summary>
internal interface IContentSource
{
    /// <summary>One JSON object, or nothing; good until the next call.</summary>
    ReadOnlyMemory<byte> ContentOf(Change change);

    /// <summary>Lets go of the last change.</summary>
    void End();
}

/// <summary>The document itself. Has no state.</summary>
internal sealed class PlainContent : IContentSource
{
    public static PlainContent Instance { get; } = new();

    public ReadOnlyMemory<byte> ContentOf(Change change) => change.Content;

    public void End()
    {
        // Nothing was kept.
    }
}
