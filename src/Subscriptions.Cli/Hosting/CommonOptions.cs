using System.CommandLine;

namespace Subscriptions.Cli.Hosting;

/// <summary>Options that every command has.</summary>
internal sealed class CommonOptions
{
    public const string DefaultServer = "http://127.0.0.1:50051";
    public const string ServerVariable = "SUBSCRIPTIONS_SERVER";
    public const string DatabaseVariable = "SUBSCRIPTIONS_DATABASE";

    /// <summary>Where the server is.</summary>
    public Option<string> Server { get; } = new("--server")
    {
        Description = $"The server's gRPC address (default {DefaultServer}, or the variable {ServerVariable}).",
        HelpName = "URL",
        Recursive = true,
    };

    /// <summary>Output for programs.</summary>
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Write one JSON object a line, for scripts; errors too.",
        Recursive = true,
    };

    /// <summary>A new option for the database, for one command.</summary>
    public static Option<string> Database() => new("--database", "-d")
    {
        Description = $"The database (default: the variable {DatabaseVariable}).",
        HelpName = "DB",
    };
}
