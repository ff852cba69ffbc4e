namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>What a feed shares with others whose rows are the same.</summary>
/// <param name="Rows">The rows of all of them.</param>
/// <param name="Form">The form of its own.</param>
/// <param name="IncludesDocuments">Whether its rows bring their documents along.</param>
internal sealed record RowSharing(SharedRows Rows, ChangesForm Form, bool IncludesDocuments);
