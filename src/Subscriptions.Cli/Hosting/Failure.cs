using System.Net.Sockets;
using System.Text.RegularExpressions;
using Subscriptions.Client;

namespace Subscriptions.Cli.Hosting;

/// <summary>Why a command did not do its work: what a person reads, what a script decides by.</summary>
/// <param name="ExitCode">One of <see cref="Hosting.ExitCode"/>.</param>
/// <param name="Message">One line.</param>
/// <param name="Reason">The server's reason, such as <c>IN_USE</c>; empty when it gave none.</param>
/// <param name="Metadata">What the server added.</param>
internal sealed partial record Failure(int ExitCode, string Message, string Reason, IReadOnlyDictionary<string, string> Metadata)
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>The command line is wrong.</summary>
    public static Failure Misuse(string message) => new(Hosting.ExitCode.Misused, message, string.Empty, Nothing);

    /// <summary>Makes a failure of what a command threw; null when it is nothing that a command can be expected to throw.</summary>
    public static Failure? From(Exception exception, Uri? server) => exception switch
    {
        UsageException => Misuse(exception.Message),
        CommandFailedException { InnerException: SubscriptionsException refused } failed =>
            Refused(refused, server) with { Message = failed.Message, Metadata = failed.Metadata },
        CommandFailedException failed => new Failure(Hosting.ExitCode.Failed, failed.Message, failed.Reason, failed.Metadata),
        SubscriptionsException refused => Refused(refused, server),
        IOException or UnauthorizedAccessException => new Failure(Hosting.ExitCode.Failed, exception.Message, string.Empty, Nothing),
        _ => null,
    };

    /// <summary>One line about what the server, or the way to it, did.</summary>
    public static string Describe(SubscriptionsException exception, Uri? server) =>
        FindSocketFailure(exception) is { } cause
            ? $"cannot reach the server at {Address(server)}: {cause}"
            : OperationIndex().Replace(exception.Message, string.Empty);

    private static Failure Refused(SubscriptionsException exception, Uri? server) => new(
        IsUnreachable(exception) ? Hosting.ExitCode.Unreachable : Hosting.ExitCode.Failed,
        Describe(exception, server),
        exception.ReasonName,
        exception.Metadata);

    // What may go well another time and has no reason was not said by a server: the way to it is broken.
    private static bool IsUnreachable(Exception? exception) => exception switch
    {
        WorkerGaveUpException or FeedGaveUpException or PartitionConsumerGaveUpException => IsUnreachable(exception.InnerException),
        SubscriptionsException e => e is ServerUnavailableException or { IsRetryable: true, Reason: ErrorReason.Unknown, ReasonName.Length: 0 },
        _ => false,
    };

    private static string Address(Uri? server) => server?.GetLeftPart(UriPartial.Authority) ?? "its address";

    // How the server names a request's parts. Here they are a line, or all there is.
    [GeneratedRegex(@"\boperations\[[0-9]+\](\.|: )")]
    private static partial Regex OperationIndex();

    // The transport wraps what the operating system said several times over; a person wants just that.
    private static string? FindSocketFailure(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is SocketException) return e.Message;
            if (e is HttpRequestException && e.InnerException is null) return e.Message;
        }

        return null;
    }
}
