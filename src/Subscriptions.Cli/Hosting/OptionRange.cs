using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Subscriptions.Cli.Hosting;

/// <summary>Options whose values have limits. What is refused is told with the option, the value and the limits.</summary>
internal static class OptionRange
{
    /// <summary>Takes numbers within limits.</summary>
    public static Option<T> Between<T>(this Option<T> option, T least, T most)
        where T : struct, IComparable<T>, IParsable<T>, IFormattable
    {
        option.Validators.Add(result => Check(option.Name, result, least, most));
        return option;
    }

    /// <summary>Takes numbers within limits, where it is given.</summary>
    public static Option<T?> Between<T>(this Option<T?> option, T least, T most)
        where T : struct, IComparable<T>, IParsable<T>, IFormattable
    {
        option.Validators.Add(result => Check(option.Name, result, least, most));
        return option;
    }

    /// <summary>Takes one of some words.</summary>
    public static Option<string> OneOf(this Option<string> option, IReadOnlyList<string> words)
    {
        option.HelpName = string.Join('|', words);
        option.CompletionSources.Add([.. words]);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !words.Contains(token.Value))
            {
                result.AddError($"{option.Name} is '{token.Value}'; it must be one of {string.Join(", ", words)}.");
            }
        });
        return option;
    }

    private static void Check<T>(string name, OptionResult result, T least, T most)
        where T : struct, IComparable<T>, IParsable<T>, IFormattable
    {
        // What is no number at all is refused by the parser.
        if (result.Tokens is [var token]
            && T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value)
            && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be from {least} to {most}."));
        }
    }
}
