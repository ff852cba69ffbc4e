using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Feeds;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>
/// Writes a feed in one of its forms. Bytes wait until they are worth a packet, or nothing more comes for now; the first ones wait until it is
/// known that the feed can be given at all.
/// </summary>
/// <param name="output">Where the answer goes.</param>
/// <param name="rows">Writes rows.</param>
/// <param name="sharing">What the feed shares with others; null where its rows are its own.</param>
internal abstract class ChangesBody(FeedOutput output, RowWriter rows, RowSharing? sharing = null) : IFeedSink
{
    private const int WorthAPacket = 16 * 1024;

    /// <summary>The answer's body.</summary>
    protected PipeWriter Output { get; } = output.Body;

    /// <summary>Whether something was written: the request cannot be refused any more.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether no row was written yet.</summary>
    protected bool IsEmpty { get; private set; } = true;

    /// <inheritdoc />
    public void Write(FeedRows page)
    {
        if (sharing is null || !sharing.Rows.CanShare(page))
        {
            WriteRows(page, Output);
            return;
        }

        EnsureBegun();
        Output.Write(sharing.Rows.Get(page, sharing, text => WriteRows(page, text)));
        IsEmpty = false;
    }

    /// <inheritdoc />
    public async ValueTask<bool> SendAsync(CancellationToken cancellationToken)
    {
        if (Output.UnflushedBytes < WorthAPacket) return false;

        await FlushAsync(cancellationToken);
        return true;
    }

    /// <inheritdoc />
    public ValueTask CaughtUpAsync(CancellationToken cancellationToken)
    {
        var isNew = !HasBegun;
        EnsureBegun();
        if (isNew) WriteFirstPause();
        return isNew || Output.UnflushedBytes > 0 ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask HeartbeatAsync(ResumeToken token, CancellationToken cancellationToken)
    {
        EnsureBegun();
        WriteHeartbeat(token);
        return FlushAsync(cancellationToken);
    }

    /// <summary>Completes the answer.</summary>
    public ValueTask EndAsync(FeedEnd end, CancellationToken cancellationToken)
    {
        EnsureBegun();
        WriteEnd(end);
        return FlushAsync(cancellationToken);
    }

    /// <summary>Breaks the answer off, and says why behind what was sent already.</summary>
    /// <returns>False when nothing was written yet, and the request can still be refused.</returns>
    public async ValueTask<bool> TryFailAsync(string problem, CancellationToken cancellationToken)
    {
        if (!HasBegun) return false;

        WriteFailure(problem);
        await FlushAsync(cancellationToken);
        return true;
    }

    /// <summary>Writes what the answer begins with.</summary>
    protected virtual void WriteBegin()
    {
    }

    /// <summary>Writes what tells a client that it is connected, when there is nothing to tell yet.</summary>
    protected virtual void WriteFirstPause()
    {
    }

    /// <summary>Writes a row with what separates it from others.</summary>
    protected abstract void WriteRow(FeedRows page, Change change, bool isLast, IBufferWriter<byte> output);

    /// <summary>Writes a sign of life.</summary>
    protected abstract void WriteHeartbeat(ResumeToken token);

    /// <summary>Writes what the answer ends with.</summary>
    protected virtual void WriteEnd(FeedEnd end)
    {
    }

    /// <summary>Writes a row's object.</summary>
    protected void WriteObject(FeedRows page, Change change, bool isLast, IBufferWriter<byte> output) => rows.Write(page, change, isLast, output);

    /// <summary>Writes an end as the last properties of an object.</summary>
    protected void WriteEndOfObject(FeedEnd end, string before) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{before}\"last_seq\":\"{end.Token}\",\"pending\":{end.Pending}}}\n"), Output);

    private void WriteRows(FeedRows page, IBufferWriter<byte> to)
    {
        var last = page.Changes.Count - 1;
        for (var i = 0; i <= last; i++)
        {
            var change = page.Changes[i];
            if (change.Error is { } problem) throw new FilterFailedException(problem);

            EnsureBegun();
            page.MoveTo(change);
            WriteRow(page, change, i == last, to);
            IsEmpty = false;
        }
    }

    private void EnsureBegun()
    {
        if (HasBegun) return;
        HasBegun = true;
        WriteBegin();
    }

    private void WriteFailure(string problem)
    {
        using (var json = new Utf8JsonWriter(Output, CouchResponse.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("error"u8, FilterFailedException.Kind);
            json.WriteString("reason"u8, problem);
            json.WriteEndObject();
        }

        Encoding.UTF8.GetBytes("\n", Output);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if ((await output.FlushAsync(cancellationToken)).IsCompleted) throw new ConnectionAbortedException("The client has left.");
    }
}
