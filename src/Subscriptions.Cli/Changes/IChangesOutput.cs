using Subscriptions.Client;

namespace Subscriptions.Cli.Changes;

/// <summary>Where a feed is shown. One call at a time.</summary>
internal interface IChangesOutput
{
    /// <summary>Shows what the feed said.</summary>
    void Show(ChangeEvent happening);

    /// <summary>The feed is over.</summary>
    /// <param name="count">How many changes were shown.</param>
    /// <param name="place">Where to go on.</param>
    /// <param name="ended">How it ended; null: it was interrupted.</param>
    /// <param name="isDescending">It was shown backwards, so that nobody can go on with it.</param>
    void Over(long count, string place, ChangeEvent.Ended? ended, bool isDescending);
}
