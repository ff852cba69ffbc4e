namespace Subscriptions.Client;

/// <summary>What a partition consumer follows, and how. Copied when the consumer is made.</summary>
public sealed class PartitionConsumerOptions
{
    private const int MostNameLength = 100;

    /// <summary>Makes options whose <see cref="Database"/> and <see cref="Name"/> are still to be set.</summary>
    public PartitionConsumerOptions()
    {
    }

    /// <summary>Makes options for one consumer.</summary>
    public PartitionConsumerOptions(string database, string name)
    {
        Database = database;
        Name = name;
    }

    /// <summary>The database.</summary>
    /// <value>Required.</value>
    public string Database { get; set; } = string.Empty;

    /// <summary>What the consumer is called: its checkpoints are kept under this name. 1 to 100 characters.</summary>
    /// <value>Required.</value>
    public string Name { get; set; } = string.Empty;

    /// <summary>
    /// How the connection calls itself, 1 to 200 bytes of UTF-8. One connection of a name exists in a database: a new one ends the old one for good with
    /// <see cref="ConnectionReplacedException"/>.
    /// </summary>
    /// <value>
    /// Default: <see langword="null"/>: <see cref="Name"/>, the machine's name and the process id, such as <c>indexer@web-1/4711</c>, and the member's name
    /// in a group.
    /// </value>
    public string? ConnectionName { get; set; }

    /// <summary>Which partitions; <see langword="null"/>: all. Not together with <see cref="Group"/>.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public IReadOnlyCollection<int>? Partitions { get; set; }

    /// <summary>Shares the partitions with other consumers of the same name; <see langword="null"/>: with nobody.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public PartitionGroup? Group { get; set; }

    /// <summary>Where partitions without a checkpoint begin: <c>0</c>, <c>now</c> or a resume token.</summary>
    /// <value>Default: <c>0</c>, the beginning.</value>
    public string Since { get; set; } = "0";

    /// <summary>End when everything that exists was handled, instead of waiting for more.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ToLatest { get; set; }

    /// <summary>Which changes; <see langword="null"/>: all.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public ChangeFilter? Filter { get; set; }

    /// <summary>Changes come without content.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool NoContent { get; set; }

    /// <summary>Every change has its <see cref="ChangeRow.ResumeToken"/>, not only the last of those that come together.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool TokenOnEveryChange { get; set; }

    /// <summary>Deletions that were purged can be done without: a purge does not roll the consumer back.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IgnorePurged { get; set; }

    /// <summary>Where positions are kept.</summary>
    /// <value>Default: in memory, for as long as this object is used.</value>
    public ICheckpointStore Checkpoints { get; set; } = new InMemoryCheckpointStore();

    /// <summary>
    /// How often positions that moved are saved, from 10 ms to 1 hour; they are also saved at the end. <see cref="Timeout.InfiniteTimeSpan"/>: only by
    /// <see cref="PartitionConsumer.CommitAsync"/>.
    /// </summary>
    /// <value>Default: 5 seconds.</value>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The window, from 1024 bytes to 1 GiB: so much of all partitions together waits in memory for the handler, and one message more.
    /// </summary>
    /// <value>Default: 16 MiB.</value>
    public long BufferBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// How often the server says that it is alive, from 100 ms to 1 hour. After three times as long without a word the connection is given up and made again.
    /// </summary>
    /// <value>Default: 20 seconds.</value>
    public TimeSpan NoopInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How many partitions' handlers may work at a time, from 1 to 1024.</summary>
    /// <value>Default: the number of processors.</value>
    public int MaxParallelHandlers { get; set; } = Math.Min(Environment.ProcessorCount, 1024);

    /// <summary>
    /// How long the consumer may be without an answered connection, counted from the first failure, before it gives up with
    /// <see cref="PartitionConsumerGaveUpException"/>. Zero: at the first failure. <see cref="Timeout.InfiniteTimeSpan"/>: never. Endings that are final end it at once, whatever is set here.
    /// </summary>
    /// <value>Default: 5 minutes.</value>
    public TimeSpan MaxErroneousPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest pause between two attempts to connect, or to open a partition's stream again, from 1 ms to 10 minutes. Pauses are random, between nothing
    /// and a bound that doubles with each attempt from 250 ms to this.
    /// </summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long closing waits for handlers that are at work, before it cancels their token; from zero to 10 minutes.</summary>
    /// <value>Default: 5 seconds.</value>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Told what happens to the consumer, one call at a time, by whoever makes it happen, such as the task that reads the connection. It must return soon. What it throws is logged and otherwise ignored.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Action<PartitionConsumerEvent>? OnEvent { get; set; }

    internal PartitionConsumerOptions Copy()
    {
        var copy = (PartitionConsumerOptions)MemberwiseClone();
        copy.Partitions = Partitions is null ? null : [.. Partitions];
        return copy;
    }

    internal IReadOnlyList<string> Validate()
    {
        var errors = new OptionErrors(nameof(PartitionConsumerOptions));
        errors.Name(nameof(Database), Database, 238, "shop");
        errors.Name(nameof(Name), Name, MostNameLength, "indexer");
        ValidateWhat(errors);
        errors.Range(nameof(BufferBytes), BufferBytes, 1024, 1024L * 1024 * 1024);
        errors.Range(nameof(NoopInterval), NoopInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        errors.Range(nameof(MaxParallelHandlers), MaxParallelHandlers, 1, 1024);
        errors.Range(nameof(MaxReconnectDelay), MaxReconnectDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        errors.Range(nameof(CloseTimeout), CloseTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        errors.Period(nameof(MaxErroneousPeriod), MaxErroneousPeriod);
        if (CheckpointInterval != Timeout.InfiniteTimeSpan)
        {
            errors.Range(nameof(CheckpointInterval), CheckpointInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1));
        }

        return errors.ToList();
    }

    private void ValidateWhat(OptionErrors errors)
    {
        if (ConnectionName is { } name && System.Text.Encoding.UTF8.GetByteCount(name) is var bytes and not (>= 1 and <= 200))
        {
            errors.Add(nameof(ConnectionName), $"has {bytes} bytes of UTF-8; it must have 1 to 200");
        }

        if (string.IsNullOrEmpty(Since))
        {
            errors.Add(nameof(Since), "is missing; set it, such as '0' or 'now'");
        }

        if (Checkpoints is null)
        {
            errors.Add(nameof(Checkpoints), $"is missing; set it, such as a new {nameof(InMemoryCheckpointStore)}");
        }

        if (Partitions is null)
        {
            return;
        }

        if (Group is not null)
        {
            errors.Add(nameof(Partitions), $"is set together with {nameof(Group)}, which gives partitions out itself");
        }

        if (Partitions.Count == 0)
        {
            errors.Add(nameof(Partitions), "is empty; leave it null for all");
        }

        if (Partitions.Any(partition => partition < 0))
        {
            errors.Add(nameof(Partitions), $"has {Partitions.Min()}; partitions are numbered from 0");
        }
    }
}
