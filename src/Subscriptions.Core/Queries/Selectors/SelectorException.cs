namespace Subscriptions.Core.Queries.Selectors;

/// <summary>A selector that cannot be used.</summary>
public sealed class SelectorException : Exception
{
    internal SelectorException(string place, string? @operator, string problem)
        : base(place.Length == 0 ? problem : $"{place}: {problem}")
    {
        Place = place;
        Problem = problem;
        Operator = @operator;
    }

    /// <summary>The place at fault, as a JSON pointer; empty for the whole selector.</summary>
    public string Place { get; }

    /// <summary>What is wrong there.</summary>
    public string Problem { get; }

    /// <summary>The operator at fault; null when there is none.</summary>
    public string? Operator { get; }
}
