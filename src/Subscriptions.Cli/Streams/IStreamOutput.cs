using Subscriptions.Client;

namespace Subscriptions.Cli.Streams;

/// <summary>Where streams are shown. One call at a time, but for those about the connection.</summary>
internal interface IStreamOutput
{
    void Show(PartitionOpened opened);

    void Show(PartitionSnapshot snapshot);

    void Show(int partition, ChangeRow change);

    void Show(PartitionAdvance advance);

    void Show(PartitionRollback rollback);

    void Show(PartitionEnd end);

    /// <summary>Shows what happened to the connection; may come at any time.</summary>
    void Show(PartitionConsumerEvent happening);

    /// <summary>The command is over.</summary>
    /// <param name="count">How many changes were shown.</param>
    /// <param name="place">Where to go on.</param>
    /// <param name="isComplete">False: it was interrupted.</param>
    void Over(long count, string place, bool isComplete);
}
