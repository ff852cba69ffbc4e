using Subscriptions.Core.Documents;

namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>Sizes and times that tests make small. Not settings: the defaults were measured.</summary>
internal sealed record SqliteTuning
{
    /// <summary>
    /// The page size of new files. Larger pages measured the same when documents are added and read in order, but a third more bytes when they are
    /// updated at random: each update writes a whole page of the table of ids.
    /// </summary>
    public int PageBytes { get; init; } = 4096;

    /// <summary>The writer's page cache; the operating system's cache lies behind it.</summary>
    public int WriterCacheBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The page cache of one reader, which is useful only within a snapshot.</summary>
    public int ReaderCacheBytes { get; init; } = 1024 * 1024;

    /// <summary>How many reads of one file run at once; more would only share the same processors.</summary>
    public int Readers { get; init; } = Math.Clamp(Environment.ProcessorCount * 2, 4, 16);

    /// <summary>How many requests wait for the writer before their callers are made to wait.</summary>
    public int QueuedWrites { get; init; } = 1024;

    /// <summary>The most requests of one transaction.</summary>
    public int GroupCount { get; init; } = 512;

    /// <summary>The most bytes of one transaction; a single larger request is a transaction of its own.</summary>
    public long GroupBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// After how many written pages the journal is copied into the file: often enough to stay short, seldom enough that pages which change again and
    /// again are copied once.
    /// </summary>
    public int CheckpointPages { get; init; } = 8192;

    /// <summary>The length of the journal, in pages, at which writes wait until readers have left it.</summary>
    public int JournalLimitPages { get; init; } = 32768;

    /// <summary>How many replaced versions of documents are kept before they are deleted between writes, beside a quarter of all documents.</summary>
    public int ReplacedRows { get; init; } = 10_000;

    /// <summary>How many of them are deleted in one transaction: short enough, about ten milliseconds, for writes to wait for.</summary>
    public int CompactedRows { get; init; } = 2048;

    /// <summary>How many bytes of content are moved at most to where revisions are kept in one transaction; one larger content is moved alone.</summary>
    public long ArchivedBytes { get; init; } = 1024 * 1024;

    /// <summary>How many revisions are removed in one transaction.</summary>
    public int TrimmedRows { get; init; } = 512;

    /// <summary>How many local documents a database may have.</summary>
    public int LocalDocuments { get; init; } = LocalDocument.MaxCount;

    /// <summary>How long the writer must have had nothing to do before it tidies up.</summary>
    public TimeSpan IdleDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Files up to this size are read as a whole when they are opened, to find damage.</summary>
    public long QuickCheckBytes { get; init; } = 16 * 1024 * 1024;
}
