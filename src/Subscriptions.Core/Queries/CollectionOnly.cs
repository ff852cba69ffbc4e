using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Queries;

/// <summary>Queries without a condition; evaluation of conditions takes its place.</summary>
internal static class CollectionOnly
{
    public static CollectionFilter Compile(this SubscriptionQuery query) => query.Where is null
        ? new CollectionFilter(query.Source.Collection)
        : throw new InvalidOperationException("Conditions cannot be evaluated yet.");

    internal sealed class CollectionFilter(string? collection) : IChangeFilter
    {
        public string? Collection => collection;

        public CollectionFilter CreateFilter() => this;

        public bool Matches(Change change) => collection is null || change.Collection == collection;
    }
}
