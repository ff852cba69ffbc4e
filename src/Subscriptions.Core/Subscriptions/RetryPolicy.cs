using System.Globalization;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Subscriptions;

/// <summary>What becomes of items that workers could not process. Immutable.</summary>
public sealed record RetryPolicy
{
    /// <summary>The most attempts that a policy may allow.</summary>
    public const int MostAttempts = 1000;

    /// <summary>The longest back-off that a policy may name: 24 h.</summary>
    public static readonly TimeSpan MostBackoff = TimeSpan.FromHours(24);

    /// <summary>The policy of who names none.</summary>
    public static RetryPolicy Default { get; } = new();

    /// <summary>How often an item is delivered before it is given up, 1–1000. Default 5.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>How long the first retry waits, 0–24 h; each further one twice as long. Default 1 s.</summary>
    public TimeSpan InitialBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before jitter, 0–24 h. Default 5 min.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What is done with an item that was delivered as often as it may be.</summary>
    public ExhaustedAction OnExhausted { get; init; } = ExhaustedAction.DeadLetter;

    /// <summary>What is done with a document on which the query's script fails.</summary>
    public ScriptErrorAction OnScriptError { get; init; } = ScriptErrorAction.Deliver;

    /// <summary>How long an item waits after it failed.</summary>
    /// <param name="attempts">How often it was delivered, at least 1.</param>
    /// <param name="jitter">A random number from 0 to 1: the wait is up to a fifth shorter or longer, so that what failed together does not come again together.</param>
    public TimeSpan BackoffAfter(int attempts, double jitter)
    {
        var doubled = InitialBackoff.TotalMilliseconds * Math.Pow(2, Math.Min(attempts, 64) - 1);
        var wait = Math.Min(doubled, MaxBackoff.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(wait * (0.8 + (0.4 * jitter)));
    }

    /// <summary>Checks a policy.</summary>
    /// <param name="field">How the caller knows it.</param>
    /// <exception cref="InvalidInputException">A value is outside its range.</exception>
    public void Check(string field)
    {
        if (MaxAttempts is < 1 or > MostAttempts)
            throw new InvalidInputException($"{field}.max_attempts", MaxAttempts.ToString(CultureInfo.InvariantCulture), $"is outside 1 to {MostAttempts}");
        CheckBackoff($"{field}.initial_backoff", InitialBackoff);
        CheckBackoff($"{field}.max_backoff", MaxBackoff);
        CheckKnown($"{field}.on_exhausted", OnExhausted);
        CheckKnown($"{field}.on_script_error", OnScriptError);
    }

    private static void CheckBackoff(string field, TimeSpan value)
    {
        if (value < TimeSpan.Zero || value > MostBackoff)
            throw new InvalidInputException(field, value.ToString("c", CultureInfo.InvariantCulture), "is outside 0 to 24 hours");
    }

    // The contract's enums are open: a newer client may name what this server does not know.
    private static void CheckKnown<T>(string field, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new InvalidInputException(field, value.ToString(), $"is unknown; the server knows {string.Join(", ", Enum.GetNames<T>())}");
    }
}

/// <summary>What is done with an item that was delivered as often as it may be. The numbers are those of the public contract.</summary>
public enum ExhaustedAction
{
    /// <summary>It goes to the dead letters, and delivery goes on.</summary>
    DeadLetter = 1,

    /// <summary>The subscription is disabled; nothing is skipped.</summary>
    Stop = 2,
}

/// <summary>What is done with a document on which the query's script fails. The numbers are those of the public contract.</summary>
public enum ScriptErrorAction
{
    /// <summary>It is delivered with the error instead of content.</summary>
    Deliver = 1,

    /// <summary>It is tried again by the back-off, as if a worker had nacked it.</summary>
    Retry = 2,

    /// <summary>It goes to the dead letters at once.</summary>
    DeadLetter = 3,
}
