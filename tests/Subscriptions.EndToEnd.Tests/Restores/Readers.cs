using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Subscriptions.Client;

namespace Subscriptions.EndToEnd.Tests.Restores;

/// <summary>Readers of a database in all ways that a server tells by itself that it sent them back. Each runs until it is cancelled.</summary>
internal static partial class Readers
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>A worker of the subscription "all".</summary>
    public static async Task WorkAsync(SubscriptionsClient client, string database, Copy copy, CancellationToken cancellationToken)
    {
        // Before the first batch from there; the batches are read one by one.
        var rewound = new Queue<long>();
        await using var worker = client.OpenWorker(new SubscriptionWorkerOptions(database, "all")
        {
            MaxReconnectDelay = Pause,
            OnEvent = e =>
            {
                if (e is not WorkerEvent.Rewound { ToChangeVector: var to }) return;
                lock (rewound) rewound.Enqueue(to.Length == 0 ? 0 : Number(SeqnoOfVector(), to));
            },
        });
        await foreach (var batch in worker.ReadBatchesAsync(cancellationToken))
        {
            while (Next() is { } seqno) await copy.RewindAsync(seqno, cancellationToken);
            try
            {
                await batch.AckAsync(cancellationToken);
                foreach (var item in batch.Items) copy.Take(item.Id, item.Seqno, item.Revision, !item.HasContent);
            }
            catch (SubscriptionLeaseLostException)
            {
                // It comes again.
                continue;
            }
        }

        long? Next()
        {
            lock (rewound) return rewound.TryDequeue(out var seqno) ? seqno : null;
        }
    }

    /// <summary>A feed of the client library, over gRPC.</summary>
    public static async Task WatchAsync(SubscriptionsClient client, string database, Copy copy, CancellationToken cancellationToken)
    {
        var options = new WatchOptions { Heartbeat = TimeSpan.FromSeconds(1), MaxReconnectDelay = Pause };
        await foreach (var happening in client.Changes.WatchAsync(database, options, cancellationToken))
        {
            if (happening is ChangeEvent.Rewound rewound) await copy.RewindAsync(Number(LeadingNumber(), rewound.ResumeToken), cancellationToken);
            if (happening is ChangeEvent.Row { Change: var row }) copy.Take(row.Id, row.Seqno, row.Revision, row.Kind != ChangeKind.Put);
        }
    }

    /// <summary>A continuous feed as CouchDB's clients read it: when it ends they come back with what it told last.</summary>
    public static async Task FollowAsync(Uri http, string database, Copy copy, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = http, Timeout = Timeout.InfiniteTimeSpan };
        for (var since = "0"; ; await Task.Delay(Pause, TimeProvider.System, cancellationToken))
        {
            var path = $"/{database}/_changes?feed=continuous&heartbeat=1000&since={Uri.EscapeDataString(since)}";
            using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode) continue;

            if (response.Headers.TryGetValues("Subscriptions-Rewound", out var rewound))
                await copy.RewindAsync(Number(RewoundTo(), string.Concat(rewound)), cancellationToken);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.Length > 0) since = Take(copy, line);
            }
        }
    }

    private static string Take(Copy copy, string line)
    {
        using var json = JsonDocument.Parse(line);
        var row = json.RootElement;
        if (row.TryGetProperty("last_seq", out var last)) return last.GetString()!;

        var seq = row.GetProperty("seq").GetString()!;
        var revision = row.GetProperty("changes")[0].GetProperty("rev").GetString()!;
        copy.Take(row.GetProperty("id").GetString()!, Number(LeadingNumber(), seq), revision, row.TryGetProperty("deleted", out _));
        return seq;
    }

    private static long Number(Regex pattern, string text) => long.Parse(pattern.Match(text).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("^p0:([0-9]+)-")]
    private static partial Regex SeqnoOfVector();

    [GeneratedRegex("^([0-9]+)")]
    private static partial Regex LeadingNumber();

    [GeneratedRegex(" to ([0-9]+) ")]
    private static partial Regex RewoundTo();
}
