using System.Globalization;

namespace Subscriptions.Client;

/// <summary>Collects everything that is wrong with options, so that it can be said at once.</summary>
internal sealed class OptionErrors(string type)
{
    private readonly List<string> _errors = [];

    public void Add(string property, string problem) => _errors.Add($"{type}.{property} {problem}.");

    public void Range<T>(string property, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            Add(property, string.Create(CultureInfo.InvariantCulture, $"is {value}; it must be from {least} to {most}"));
        }
    }

    public void Period(string property, TimeSpan value)
    {
        if (value < TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
        {
            Add(property, $"is {value}; it must be zero, positive or Timeout.InfiniteTimeSpan");
        }
    }

    public void Name(string property, string? value, int most, string example)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            Add(property, $"is missing; set it, such as '{example}'");
        }
        else if (value.Length > most)
        {
            Add(property, $"has {value.Length} characters; it may have {most}");
        }
    }

    public void Defined<TEnum>(string property, TEnum value)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            Add(property, $"is {value}; it must be one of {string.Join(", ", Enum.GetNames<TEnum>())}");
        }
    }

    public IReadOnlyList<string> ToList() => _errors;

    /// <summary>Throws with all errors, if there are any.</summary>
    public static void ThrowIfAny(IReadOnlyList<string> errors, string parameter)
    {
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", errors), parameter);
        }
    }
}
