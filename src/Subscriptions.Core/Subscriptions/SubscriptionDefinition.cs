using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Syntax;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Subscriptions;

/// <summary>What a subscription delivers. Immutable.</summary>
public sealed record SubscriptionDefinition
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 256;

    /// <summary>The database.</summary>
    public required DatabaseName Database { get; init; }

    /// <summary>1–256 characters without control characters; unique in the database, whatever their case.</summary>
    public required string Name { get; init; }

    /// <summary>The query, as it was written.</summary>
    public required string Query { get; init; }

    /// <summary>Deliver deletions and expiries too.</summary>
    public bool IncludeDeletes { get; init; }

    /// <summary>Refuse workers.</summary>
    public bool Disabled { get; init; }

    /// <summary>Why the subscription disabled itself; empty when an administrator did, or when it is enabled.</summary>
    public string StoppedReason { get; init; } = "";

    /// <summary>The values of the query's parameters: one JSON object as it was written; empty for none.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>What becomes of items that workers could not process.</summary>
    public RetryPolicy RetryPolicy { get; init; } = RetryPolicy.Default;

    /// <summary>How long a worker may take to ack or extend a batch, 1 s–24 h; null: as long as it is heard of.</summary>
    public TimeSpan? AckTimeout { get; init; }

    /// <summary>What makes two names the same.</summary>
    public static string NormalizeName(string name) => name.ToUpperInvariant();

    /// <summary>Checks a name.</summary>
    /// <exception cref="InvalidInputException">It is empty, too long or has control characters.</exception>
    public static void CheckName(string name, string field)
    {
        if (name.Length == 0) throw new InvalidInputException(field, "", "is required");
        if (name.Length > MaxNameLength)
            throw new InvalidInputException(field, name, $"is {name.Length} characters long; a subscription name has at most {MaxNameLength}");
        if (QueryText.IndexOfLoneSurrogate(name) >= 0)
            throw new InvalidInputException(field, name, "is not valid Unicode: it has a lone surrogate");
        if (name.Any(char.IsControl)) throw new InvalidInputException(field, "", "has a control character");
    }
}
