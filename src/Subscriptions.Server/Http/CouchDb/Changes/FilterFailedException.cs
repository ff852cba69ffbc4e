namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>A filter function failed on a document. CouchDB ends the feed there, and so do we: nobody can say whether the row is wanted.</summary>
/// <param name="problem">What happened, for people.</param>
internal sealed class FilterFailedException(string problem) : Exception(problem)
{
    /// <summary>What it is called in answers.</summary>
    public const string Kind = "filter_error";
}
