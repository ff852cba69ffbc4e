using System.Diagnostics;

namespace Subscriptions.Client;

/// <summary>Connects the spans of those who read changes with the traces in which the changes were written.</summary>
internal static class TraceLinks
{
    // What OpenTelemetry keeps of a span by default.
    private const int MaxLinks = 128;

    /// <summary>Links a span to the delivery of a batch and to the writers of its items, to each once.</summary>
    /// <param name="activity">The span.</param>
    /// <param name="delivery">The server's span of the batch; null: none.</param>
    /// <param name="items">The items.</param>
    public static void Add(Activity activity, string? delivery, IReadOnlyList<SubscriptionItem> items)
    {
        if (delivery is not null)
        {
            Add(activity, delivery);
        }

        HashSet<string>? linked = null;
        var most = delivery is null ? MaxLinks : MaxLinks - 1;
        foreach (var item in items)
        {
            if (item.TraceParent is not { } writer || !(linked ??= new HashSet<string>(StringComparer.Ordinal)).Add(writer))
            {
                continue;
            }

            Add(activity, writer);
            if (linked.Count == most)
            {
                return;
            }
        }
    }

    /// <summary>What a request tells the server about the trace that it belongs to; null when that trace is not recorded.</summary>
    public static string? TraceParent(Activity? activity) =>
        activity is { Recorded: true, IdFormat: ActivityIdFormat.W3C } ? activity.Id : null;

    private static void Add(Activity activity, string traceParent)
    {
        if (ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var context))
        {
            activity.AddLink(new ActivityLink(context));
        }
    }
}
