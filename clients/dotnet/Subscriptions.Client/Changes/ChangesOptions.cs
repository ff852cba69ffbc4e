namespace Subscriptions.Client;

/// <summary>What is asked of a database's changes.</summary>
public record ChangesOptions
{
    /// <summary>
    /// Where to begin: <c>0</c> (the beginning), <c>now</c>, a resume token that any feed or subscription gave out or, in a database of one
    /// partition, the number of a change.
    /// </summary>
    /// <value>Default: the beginning.</value>
    public string Since { get; init; } = "0";

    /// <summary>Where to end, as <see cref="Since"/>; <see langword="null"/>: a page ends at the newest change, a feed nowhere.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? Until { get; init; }

    /// <summary>Which changes; <see langword="null"/>: all.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public ChangeFilter? Filter { get; init; }

    /// <summary>Rows have their documents' content.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IncludeDocs { get; init; }

    /// <summary>
    /// The most rows; <see langword="null"/>: of a page 1000, of a feed any number. A page has 10,000 at most, and fewer when they would be
    /// larger than 1 MiB together.
    /// </summary>
    /// <value>Default: <see langword="null"/>.</value>
    public long? Limit { get; init; }

    /// <summary>
    /// The newest first, wherever <see cref="Since"/> is; ends at the oldest. Such a feed cannot be gone on with: it is not made again when its
    /// connection is lost.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Descending { get; init; }

    internal V1.GetChangesRequest ToPageRequest(string database) => new()
    {
        Database = database,
        Since = Since,
        Until = Until ?? string.Empty,
        Filter = Filter?.Wire,
        IncludeDocs = IncludeDocs,
        Limit = (int)(Limit ?? 0),
        Descending = Descending,
    };

    internal IReadOnlyList<string> Validate(long mostRows)
    {
        var errors = new OptionErrors(GetType().Name);
        Validate(errors, mostRows);
        return errors.ToList();
    }

    private protected virtual void Validate(OptionErrors errors, long mostRows)
    {
        if (Since is null)
        {
            errors.Add(nameof(Since), "is missing; set it, such as '0' or 'now'");
        }

        errors.Range(nameof(Limit), Limit ?? 1, 1, mostRows);
    }
}
