namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>Nothing can be made of this document; the message says why, for the worker.</summary>
internal sealed class EvaluationException(string message) : Exception(message);
