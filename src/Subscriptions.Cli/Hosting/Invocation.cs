using System.CommandLine;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Hosting;

/// <summary>One run of a command: its command line, its output, and the client, which is made when it is first asked for.</summary>
internal sealed class Invocation(ParseResult parsed, CommonOptions common, CliHost host) : IAsyncDisposable
{
    private Uri? _server;
    private SubscriptionsClient? _client;

    /// <summary>The world outside.</summary>
    public CliHost Host { get; } = host;

    /// <summary>Where the command writes its result.</summary>
    public Printer Print { get; } = new(host.Terminal, parsed.GetValue(common.Json));

    /// <summary>The server.</summary>
    /// <exception cref="UsageException">What was given is no address.</exception>
    public Uri Server => _server ??= ReadServer();

    /// <summary>True when the server was named on the command line itself.</summary>
    public bool IsServerGiven => parsed.GetValue(common.Server) is not null;

    /// <summary>The server, when it was asked for already.</summary>
    public Uri? KnownServer => _server;

    /// <summary>The server's client.</summary>
    /// <exception cref="UsageException">What was given is no address.</exception>
    public SubscriptionsClient Client => _client ??= Connect();

    /// <summary>An argument's value.</summary>
    public T Value<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>An option's value; the type's default when it was not given.</summary>
    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>Text from an option or, when that was not given, from a variable; null when neither says anything.</summary>
    /// <exception cref="UsageException">The option was given, and is empty: most likely a script's variable that is not set.</exception>
    public string? Text(Option<string> option, string variable)
    {
        if (parsed.GetValue(option) is { } given) return given.Length > 0 ? given : throw new UsageException($"{option.Name} is empty");
        return Host.Environment(variable) is { Length: > 0 } value ? value : null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _client?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Uri ReadServer()
    {
        var text = Text(common.Server, CommonOptions.ServerVariable) ?? CommonOptions.DefaultServer;
        var address = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(address, UriKind.Absolute, out var server) && server is { Scheme: "http" or "https", PathAndQuery: "/" }
            ? server
            : throw new UsageException($"'{text}' is not a server's address such as {CommonOptions.DefaultServer}");
    }

    private SubscriptionsClient Connect()
    {
        try
        {
            return Host.Connect(Server);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
