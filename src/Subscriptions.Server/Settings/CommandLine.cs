using System.Globalization;
using System.Text;

namespace Subscriptions.Server.Settings;

/// <summary>What the command line asks for.</summary>
internal abstract record CommandLine
{
    private const string Program = "subscriptions-server";

    private CommandLine()
    {
    }

    /// <summary>Serve.</summary>
    /// <param name="Values">Settings by configuration key.</param>
    /// <param name="ConfigFile">A configuration file that must exist; null: appsettings.json of the working folder, if there is one.</param>
    public sealed record Serve(IReadOnlyDictionary<string, string?> Values, string? ConfigFile) : CommandLine;

    /// <summary>Print the help.</summary>
    public sealed record ShowHelp : CommandLine;

    /// <summary>Print the version.</summary>
    public sealed record ShowVersion : CommandLine;

    /// <summary>Ask a running server whether it is ready.</summary>
    public sealed record CheckHealth(Uri Server) : CommandLine;

    /// <summary>It cannot be understood.</summary>
    public sealed record Invalid(string Problem) : CommandLine;

    /// <summary>Understands a command line. A value follows its flag, or stands behind an equals sign.</summary>
    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        string? configFile = null;
        for (var i = 0; i < args.Count; i++)
        {
            var (flag, inline) = Split(args[i]);
            if (flag is "--help" or "-h" or "-?") return new ShowHelp();
            if (flag == "--version") return new ShowVersion();

            var setting = SettingTable.All.FirstOrDefault(s => s.Flag == flag);
            if (setting is { Argument: null })
            {
                values[setting.Key] = inline ?? "true";
                continue;
            }

            if (setting is null && flag is not ("--config" or "--check-health")) return Unknown(args[i]);
            if ((inline ?? args.ElementAtOrDefault(++i)) is not { } value || (inline is null && value.StartsWith("--", StringComparison.Ordinal)))
                return new Invalid($"{flag} needs a value.");

            if (setting is not null) values[setting.Key] = value;
            else if (flag == "--config") configFile = value;
            else return Check(value);
        }

        return new Serve(values, configFile);
    }

    /// <summary>The help.</summary>
    public static string Help()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            A change-feed server: documents go in, every change comes out, in acknowledged batches.

            Usage: {Program} [options]

            Options, their names in configuration, and defaults:

            """);
        foreach (var s in SettingTable.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {$"{s.Flag} {s.Argument}",-28} {s.Help}\n");
            text.Append(CultureInfo.InvariantCulture, $"  {"",-28}   {s.Key}, default {s.Default}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"""
              --config FILE                a configuration file; default: appsettings.json in the working folder, if there is one
              --check-health URL           ask the server whose HTTP address this is whether it is ready; exit code 0 or 1
              --version                    print the version
              --help                       print this

            Every setting can also stand in the configuration file (an object a section) and in the environment, as
            {SettingTable.All[1].EnvironmentName}=0.0.0.0:50051. The command line wins over the environment, the environment over the file.

            """);
        return text.ToString();
    }

    private static (string Flag, string? Value) Split(string arg)
    {
        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        return arg.StartsWith("--", StringComparison.Ordinal) && equals > 0 ? (arg[..equals], arg[(equals + 1)..]) : (arg, null);
    }

    private static Invalid Unknown(string arg) => new(
        arg.StartsWith('-') ? $"There is no option '{arg}'; see --help." : $"'{arg}' stands where an option should; see --help.");

    private static CommandLine Check(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var server) && server.Scheme is "http" or "https"
            ? new CheckHealth(server)
            : new Invalid($"--check-health: '{value}' is not an address such as http://127.0.0.1:5984.");
}
