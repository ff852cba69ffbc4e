using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Subscriptions.Cli.Hosting;

/// <summary>Tells in one line what is wrong with a command line.</summary>
internal static partial class Misuse
{
    /// <summary>Describes the errors of a command line that cannot be understood.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">The command that it names, such as "db create"; empty: none.</param>
    public static string Describe(ParseResult parsed, string path)
    {
        var help = path.Length == 0 ? "subs --help" : $"subs {path} --help";
        return $"{string.Join(' ', Problems(parsed).Select(OnOneLine).Distinct())} See '{help}'.";
    }

    private static IEnumerable<string> Problems(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.CommandResult.Tokens.Count == 0 && command is not CliCommand)
        {
            // Either nothing stands behind a group's name, or a word that is none of its commands.
            var commands = string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name));
            return parsed.UnmatchedTokens is [var word, ..]
                ? [$"There is no command '{word}'; there are {commands}."]
                : [$"Which command? There are {commands}."];
        }

        var missing = parsed.Errors.Select(error => error.SymbolResult).OfType<ArgumentResult>().Where(result => result.Tokens.Count == 0);
        var names = missing.Select(result => result.Argument.Name).ToList();
        return names.Count > 0 ? [$"{string.Join(" and ", names)} {(names.Count == 1 ? "is" : "are")} missing."] : parsed.Errors.Select(Describe);
    }

    // The parser names the .NET type that it wanted, which tells nobody anything.
    private static string Describe(ParseError error) => WrongType().Replace(error.Message, "${option} cannot be ${value}.");

    [GeneratedRegex("^Cannot parse argument (?<value>'.*') for option '(?<option>.*)' as expected type '.*'\\.$", RegexOptions.Singleline)]
    private static partial Regex WrongType();

    private static string OnOneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
