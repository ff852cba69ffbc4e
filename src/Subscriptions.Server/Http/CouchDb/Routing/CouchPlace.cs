namespace Subscriptions.Server.Http.CouchDb.Routing;

/// <summary>What kind of thing a path names.</summary>
internal enum CouchPlace
{
    /// <summary>The server: <c>/</c>, <c>/_up</c>.</summary>
    Server = 0,

    /// <summary>A database, or something that it does: <c>/db</c>, <c>/db/_changes</c>.</summary>
    Database = 1,

    /// <summary>A document: <c>/db/id</c>, <c>/db/_design/name</c>.</summary>
    Document = 2,

    /// <summary>A document outside of every feed: <c>/db/_local/name</c>.</summary>
    Local = 3,

    /// <summary>What stands under a document: an attachment, or a function of a design document.</summary>
    Attachment = 4,
}
