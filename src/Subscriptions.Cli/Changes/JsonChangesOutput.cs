using System.Text.Json;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Cli.Working;
using Subscriptions.Client;

namespace Subscriptions.Cli.Changes;

/// <summary>
/// One JSON object a change, and a last one, on standard output; events on standard error. The members are part of the program's contract:
/// docs/cli.md.
/// </summary>
internal sealed class JsonChangesOutput(Printer print, Uri server) : IChangesOutput
{
    /// <inheritdoc/>
    public void Show(ChangeEvent happening)
    {
        switch (happening)
        {
            case ChangeEvent.Row row:
                print.Json(json => Write(json, row.Change));
                break;
            case ChangeEvent.CaughtUp caughtUp:
                print.Event(string.Empty, "caughtUp", json => json.WriteString("resumeToken", caughtUp.ResumeToken));
                break;
            case ChangeEvent.Checkpoint checkpoint:
                print.Event(string.Empty, "checkpoint", json => json.WriteString("resumeToken", checkpoint.ResumeToken));
                break;
            case ChangeEvent.Rewound rewound:
                print.Event(string.Empty, "rewound", json =>
                {
                    json.WriteString("resumeToken", rewound.ResumeToken);
                    json.WriteString("why", rewound.Reason);
                });
                break;
            case ChangeEvent.Disconnected lost:
                print.Event(string.Empty, "disconnected", json =>
                {
                    json.WriteString("error", Failure.Describe(lost.Cause, server));
                    json.WriteString("reason", lost.Cause.ReasonName);
                    json.WriteNumber("retryInMs", (long)lost.RetryIn.TotalMilliseconds);
                });
                break;
        }
    }

    /// <inheritdoc/>
    public void Over(long count, string place, ChangeEvent.Ended? ended, bool isDescending) => print.Json(json =>
    {
        json.WriteNumber("changes", count);
        json.WriteString("resumeToken", place);
        if (ended?.Pending is { } pending) json.WriteNumber("pending", pending);
        json.WriteString("end", ended is null ? "interrupted" : NameOf(ended.Reason));
    });

    private static void Write(Utf8JsonWriter json, ChangeRow row)
    {
        json.WriteString("id", row.Id);
        json.WriteNumber("seqno", row.Seqno);
        json.WriteString("kind", ChangeKindName.Of(row.Kind));
        json.WriteString("collection", row.Collection);
        json.WriteString("revision", row.Revision);
        json.WriteNumber("partition", row.Partition);
        json.WriteString("changedAt", row.ChangedAt.UtcDateTime);
        if (row.ExpiresAt is { } at) json.WriteString("expiresAt", at.UtcDateTime);
        if (row.HasContent) JsonText.WriteContent(json, "content", row.Content.Span);
        if (row.Error is { } error) json.WriteString("error", error);
        if (row.ResumeToken.Length > 0) json.WriteString("resumeToken", row.ResumeToken);
    }

    private static string NameOf(FeedEndReason reason) => reason switch
    {
        FeedEndReason.Complete => "complete",
        FeedEndReason.Limit => "limit",
        FeedEndReason.Timeout => "timeout",
        _ => "unknown",
    };
}
