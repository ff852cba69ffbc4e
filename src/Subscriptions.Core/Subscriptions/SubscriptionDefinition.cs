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
