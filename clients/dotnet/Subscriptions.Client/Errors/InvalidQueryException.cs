namespace Subscriptions.Client;

/// <summary>The query cannot be parsed, or uses what the server does not support. Final: correct the query.</summary>
public sealed class InvalidQueryException : InvalidRequestException
{
    internal InvalidQueryException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The line of the query, from 1; <see langword="null"/> when the server did not say.</summary>
    public int? Line => Details.Number("line");

    /// <summary>The column in that line, from 1; <see langword="null"/> when the server did not say.</summary>
    public int? Column => Details.Number("column");
}
