using Subscriptions.Client;

namespace Subscriptions.Cli.Watching;

/// <summary>Where a watch is shown.</summary>
internal interface IWatchOutput
{
    /// <summary>Shows what happened.</summary>
    void Show(SubscriptionWatchEvent happening);
}
