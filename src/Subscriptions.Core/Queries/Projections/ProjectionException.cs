namespace Subscriptions.Core.Queries.Projections;

/// <summary>Nothing can be made of this document; the message says why, for the worker.</summary>
internal sealed class ProjectionException(string message) : Exception(message);
