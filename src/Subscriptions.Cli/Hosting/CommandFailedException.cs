namespace Subscriptions.Cli.Hosting;

/// <summary>A command could not do its work, for a reason that a plain refusal of the server does not tell.</summary>
/// <param name="message">For people, in one line.</param>
/// <param name="inner">What caused it; decides the exit code when it is a failure of the server.</param>
internal sealed class CommandFailedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The reason that the server would have given; empty: none.</summary>
    public string Reason { get; init; } = string.Empty;

    /// <summary>True when the command has told everybody already.</summary>
    public bool IsTold { get; init; }

    /// <summary>What programs may want to know of it.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
