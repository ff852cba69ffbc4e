using System.Text.Json;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Streams;

/// <summary>
/// One JSON object an event, and a last one, on standard output; what happens to the connection on standard error. The members are part of the program's
/// contract: docs/cli.md.
/// </summary>
internal sealed class JsonStreamOutput(Printer print, Uri server) : IStreamOutput
{
    /// <inheritdoc/>
    public void Show(PartitionOpened opened) => Write("opened", opened.Partition, opened.Position.Seqno, opened.Position.ResumeToken, json =>
    {
        json.WriteNumber("highSeqno", opened.HighSeqno);
        if (opened.EndSeqno is { } end) json.WriteNumber("endSeqno", end);
        PartitionJson.Write(json, opened.FailoverLog);
    });

    /// <inheritdoc/>
    public void Show(PartitionSnapshot snapshot) => Write("snapshot", snapshot.Partition, snapshot.EndSeqno, string.Empty, json =>
    {
        json.WriteNumber("startSeqno", snapshot.StartSeqno);
        json.WriteNumber("endSeqno", snapshot.EndSeqno);
        json.WriteString("source", snapshot.Source switch
        {
            SnapshotSource.Disk => "disk",
            SnapshotSource.Memory => "memory",
            _ => "unknown",
        });
        json.WriteNumber("purgeSeqno", snapshot.PurgeSeqno);
    });

    /// <inheritdoc/>
    public void Show(int partition, ChangeRow change) => Write(StreamWords.TypeOf(change.Kind), partition, change.Seqno, change.ResumeToken, json =>
    {
        json.WriteString("id", change.Id);
        json.WriteString("collection", change.Collection);
        json.WriteString("revision", change.Revision);
        json.WriteString("changedAt", change.ChangedAt.UtcDateTime);
        if (change.ExpiresAt is { } at) json.WriteString("expiresAt", at.UtcDateTime);
        if (change.HasContent) JsonText.WriteContent(json, "content", change.Content.Span);
        if (change.Error is { } error) json.WriteString("error", error);
    });

    /// <inheritdoc/>
    public void Show(PartitionAdvance advance) =>
        Write("seqno_advanced", advance.Partition, advance.Position.Seqno, advance.Position.ResumeToken);

    /// <inheritdoc/>
    public void Show(PartitionRollback rollback) => Write("rollback", rollback.Partition, rollback.ToSeqno, rollback.Position.ResumeToken, json =>
    {
        json.WriteNumber("fromSeqno", rollback.FromSeqno);
        json.WriteString("reason", StreamWords.Of(rollback.Reason));
        PartitionJson.Write(json, rollback.FailoverLog);
    });

    /// <inheritdoc/>
    public void Show(PartitionEnd end) => Write("end", end.Partition, end.Position.Seqno, end.Position.ResumeToken, json =>
    {
        json.WriteString("reason", StreamWords.Of(end.Reason));
        json.WriteNumber("highSeqno", end.HighSeqno);
        json.WriteBoolean("final", end.IsFinal);
    });

    /// <inheritdoc/>
    public void Show(PartitionConsumerEvent happening)
    {
        if (happening is PartitionConsumerEvent.Disconnected { RetryIn: { } pause } lost)
        {
            print.Event(string.Empty, "disconnected", json =>
            {
                json.WriteString("error", Failure.Describe(lost.Cause, server));
                json.WriteString("reason", lost.Cause.ReasonName);
                json.WriteNumber("retryInMs", (long)pause.TotalMilliseconds);
            });
        }
    }

    /// <inheritdoc/>
    public void Over(long count, string place, bool isComplete) => print.Json(json =>
    {
        json.WriteString("type", "position");
        json.WriteNumber("changes", count);
        json.WriteString("resumeToken", place);
        json.WriteString("end", isComplete ? "complete" : "interrupted");
    });

    private void Write(string type, int partition, long seqno, string token, Action<Utf8JsonWriter>? more = null) => print.Json(json =>
    {
        json.WriteString("type", type);
        json.WriteNumber("partition", partition);
        json.WriteNumber("seqno", seqno);
        more?.Invoke(json);
        if (token.Length > 0) json.WriteString("resumeToken", token);
    });
}
