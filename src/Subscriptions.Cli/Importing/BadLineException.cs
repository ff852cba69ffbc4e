namespace Subscriptions.Cli.Importing;

/// <summary>A line is no document.</summary>
/// <param name="line">Its number.</param>
/// <param name="message">Why.</param>
internal sealed class BadLineException(long line, string message) : Exception(message)
{
    /// <summary>Its number, from 1.</summary>
    public long Line { get; } = line;
}
