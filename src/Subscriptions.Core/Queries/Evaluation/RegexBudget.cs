using System.Text.RegularExpressions;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>How long regular expressions may take for one document after the other. Not thread-safe.</summary>
/// <param name="limit">For one document, all of them together.</param>
/// <param name="timeProvider">Measures.</param>
internal sealed class RegexBudget(TimeSpan limit, TimeProvider timeProvider)
{
    private TimeSpan _spent;

    /// <summary>The time is over, so that nobody knows whether the document matches.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>Begins with a document.</summary>
    public void Begin()
    {
        _spent = TimeSpan.Zero;
        IsSpent = false;
    }

    /// <summary>Whether a regular expression matches, as far as there is time.</summary>
    public bool IsMatch(Regex regex, ReadOnlySpan<char> text)
    {
        if (IsSpent) return false;
        if (_spent >= limit)
        {
            IsSpent = true;
            return false;
        }

        var start = timeProvider.GetTimestamp();
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            IsSpent = true;
            return false;
        }
        finally
        {
            _spent += timeProvider.GetElapsedTime(start);
        }
    }
}
