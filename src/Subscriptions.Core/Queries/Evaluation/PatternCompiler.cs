using System.Text.RegularExpressions;
using Subscriptions.Core.Queries.Syntax;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>Turns a query's patterns into regular expressions that cannot take long to build, and stop in time when they match.</summary>
internal sealed class PatternCompiler(TimeSpan matchTimeout)
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
    private const RegexOptions Backtracking = RegexOptions.CultureInvariant;

    // The runtime compiles an engine when a pattern first runs on it, which takes long where the cores are busy.
    private static readonly Lazy<bool> WarmEngines = new(static () => Warm(Linear) & Warm(Backtracking));

    private int _count;

    /// <exception cref="QueryException">The pattern is too long, one too many, or no regular expression.</exception>
    public Regex Compile(string pattern, TextPosition position) => Compile(pattern, problem => QueryException.At(position, problem));

    /// <param name="pattern">The pattern.</param>
    /// <param name="refuse">Makes what is thrown when the pattern is too long, one too many, or no regular expression.</param>
    public Regex Compile(string pattern, Func<string, Exception> refuse)
    {
        if (++_count > QueryLimits.MaxPatterns) throw refuse($"a query has at most {QueryLimits.MaxPatterns} regular expressions");
        if (pattern.Length > QueryLimits.MaxPatternLength)
            throw refuse($"the regular expression is {pattern.Length} characters long; one has at most {QueryLimits.MaxPatternLength}");

        var regex = Create(pattern, refuse);
        TryOut(regex, refuse);
        return regex;
    }

    // What is compiled at the first match must not count against the time that the first document has.
    private void TryOut(Regex regex, Func<string, Exception> refuse)
    {
        _ = WarmEngines.Value;
        try
        {
            regex.IsMatch("");
        }
        catch (RegexMatchTimeoutException)
        {
            throw refuse($"the regular expression takes longer than {matchTimeout.TotalMilliseconds} ms for an empty text");
        }
    }

    private Regex Create(string pattern, Func<string, Exception> refuse)
    {
        try
        {
            return new Regex(pattern, Linear, matchTimeout);
        }
        catch (NotSupportedException)
        {
            // Lookarounds, backreferences and very large counts need the engine that can backtrack without end; the time limit ends it.
            return new Regex(pattern, Backtracking, matchTimeout);
        }
        catch (RegexParseException e)
        {
            throw refuse($"the regular expression is not valid at its character {e.Offset + 1}: {e.Error}");
        }
    }

    private static bool Warm(RegexOptions options) => new Regex("(^|/)[a-c]+(x|yz)?.$", options).IsMatch("orders/abcyzö");
}
