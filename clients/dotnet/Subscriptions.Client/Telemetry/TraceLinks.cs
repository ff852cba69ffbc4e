using System.Diagnostics;

namespace Subscriptions.Client;

/// <summary>Connects the spans of those who read changes with the traces in which the changes were written.</summary>
internal static class TraceLinks
{
    // What OpenTelemetry keeps of a span by default.
    private const int MaxLinks = 128;

    /// <summary>Links a span to the writers of a batch's items, to each once.</summary>
    public static void Add(Activity activity, IReadOnlyList<SubscriptionItem> items)
    {
        HashSet<string>? linked = null;
        foreach (var item in items)
        {
            if (item.TraceParent is not { } writer || !(linked ??= new HashSet<string>(StringComparer.Ordinal)).Add(writer))
            {
                continue;
            }

            if (ActivityContext.TryParse(writer, traceState: null, isRemote: true, out var context))
            {
                activity.AddLink(new ActivityLink(context));
            }

            if (linked.Count == MaxLinks)
            {
                return;
            }
        }
    }

    /// <summary>What a request tells the server about the trace that it belongs to; null when that trace is not recorded.</summary>
    public static string? TraceParent(Activity? activity) =>
        activity is { Recorded: true, IdFormat: ActivityIdFormat.W3C } ? activity.Id : null;
}
