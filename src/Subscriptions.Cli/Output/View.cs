using System.Text.Json;

namespace Subscriptions.Cli.Output;

/// <summary>How things of one kind are shown.</summary>
internal abstract class View<T>
{
    /// <summary>What stands in a list of them.</summary>
    public abstract IReadOnlyList<Column<T>> Columns { get; }

    /// <summary>What is said when a list has none, such as "no databases".</summary>
    public abstract string None { get; }

    /// <summary>What is shown of one alone: names and values.</summary>
    public abstract IEnumerable<(string Name, string Value)> Details(T item);

    /// <summary>Writes the members of one as JSON.</summary>
    public abstract void WriteJson(Utf8JsonWriter json, T item);
}
