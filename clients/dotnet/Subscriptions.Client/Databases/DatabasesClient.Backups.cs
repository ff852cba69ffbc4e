using Google.Protobuf;
using Grpc.Core;

namespace Subscriptions.Client;

public sealed partial class DatabasesClient
{
    private const int PartBytes = 1024 * 1024;

    /// <summary>
    /// Copies a database as it is at one moment, while it goes on to be read and written: documents, log, revisions and settings; subscriptions stay with the server.
    /// The first bytes come when the server has its copy; there is no time limit.
    /// </summary>
    /// <param name="name">The database.</param>
    /// <param name="destination">Where the backup goes. When this throws, what it was given is no backup.</param>
    /// <param name="progress">Told how far it is; <see langword="null"/>: nobody.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many bytes the backup has.</returns>
    /// <exception cref="DatabaseNotFoundException">There is none of that name.</exception>
    /// <exception cref="DiskFullException">The server has no room for its copy.</exception>
    public async Task<long> BackUpAsync(
        string name, Stream destination, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(destination);
        using var call = _stub.BackUpDatabase(new V1.BackUpDatabaseRequest { Name = name }, cancellationToken: cancellationToken);
        var (written, total) = (0L, -1L);
        while (await FailAsOursAsync(() => call.ResponseStream.MoveNext(cancellationToken), cancellationToken).ConfigureAwait(false))
        {
            var part = call.ResponseStream.Current;
            await destination.WriteAsync(part.Content.Memory, cancellationToken).ConfigureAwait(false);
            written += part.Content.Length;
            total = part.TotalBytes;
            progress?.Report(new TransferProgress(written, total));
        }

        return written == total ? written : throw Faults.EndedWithoutReason(_caller.Address);
    }

    /// <summary>
    /// Makes a database of a backup, or replaces one by it; durable when it returns. Its history goes on in a new branch of each partition: readers that were further
    /// than the backup are sent back to it. Who is connected to a database that is replaced ends with <see cref="HistoryChangedException"/> and comes back;
    /// its subscriptions stay. There is no time limit.
    /// </summary>
    /// <param name="name">What the database is to be called, whatever it was called when it was backed up.</param>
    /// <param name="source">The backup; read to its end.</param>
    /// <param name="replace">Replaces a database of that name.</param>
    /// <param name="progress">Told how far it is; <see langword="null"/>: nobody.</param>
    /// <param name="cancellationToken">Stops waiting; the database may have been restored.</param>
    /// <exception cref="InvalidBackupException">It is no backup, is damaged, or is of a newer version of the server; nothing was changed.</exception>
    /// <exception cref="DatabaseExistsException">One exists, and is not to be replaced.</exception>
    /// <exception cref="DatabaseBusyException">The database is being restored or rewound already.</exception>
    public async Task<DatabaseInfo> RestoreAsync(
        string name, Stream source, bool replace = false, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(source);
        using var call = _stub.RestoreDatabase(cancellationToken: cancellationToken);
        var total = source.CanSeek ? source.Length - source.Position : (long?)null;
        var (buffer, sent) = (new byte[PartBytes], 0L);
        var isTaken = await TrySendAsync(call, new V1.RestoreDatabaseRequest { Name = name, Replace = replace }, cancellationToken).ConfigureAwait(false);
        while (isTaken && await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            // The bytes are on their way when the write returns, so that the buffer can be used again.
            var part = new V1.RestoreDatabaseRequest { Content = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read)) };
            isTaken = await TrySendAsync(call, part, cancellationToken).ConfigureAwait(false);
            sent += read;
            progress?.Report(new TransferProgress(sent, total));
        }

        if (isTaken)
        {
            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }

        var response = await FailAsOursAsync(() => call.ResponseAsync, cancellationToken).ConfigureAwait(false);
        return Mapping.FromWire(response.Database);
    }

    /// <summary>
    /// Undoes the changes of a partition above a seqno; durable when it returns. Its history goes on from there in a new branch: readers that were further are sent
    /// back. Who is connected to the database ends with <see cref="HistoryChangedException"/> and comes back. There is no time limit.
    /// </summary>
    /// <param name="name">The database.</param>
    /// <param name="partition">From 0.</param>
    /// <param name="seqno">The newest change that stays; 0: none.</param>
    /// <param name="deleteUnknown">Documents of which the version of then is not kept are deleted; otherwise they make it fail.</param>
    /// <param name="cancellationToken">Stops waiting; the partition may have been rewound.</param>
    /// <exception cref="CannotRewindException">Versions of documents, or deletions, would be needed that are not kept any more; nothing was changed.</exception>
    /// <exception cref="PartitionNotFoundException">The database has no such partition.</exception>
    /// <exception cref="DatabaseNotFoundException">There is none of that name.</exception>
    public async Task<RewindResult> RewindAsync(
        string name, int partition, long seqno, bool deleteUnknown = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var request = new V1.RewindDatabaseRequest { Name = name, Partition = partition, Seqno = seqno, DeleteUnknown = deleteUnknown };
        using var call = _stub.RewindDatabaseAsync(request, cancellationToken: cancellationToken);
        var response = await FailAsOursAsync(() => call.ResponseAsync, cancellationToken).ConfigureAwait(false);
        return new RewindResult(
            Mapping.FromWire(response.Database), response.RestoredDocuments, response.RemovedDocuments, response.DeletedDocuments);
    }

    // False when the server has answered before it read everything: the answer says why.
    private static async Task<bool> TrySendAsync(
        AsyncClientStreamingCall<V1.RestoreDatabaseRequest, V1.RestoreDatabaseResponse> call, V1.RestoreDatabaseRequest part, CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(part, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<T> FailAsOursAsync<T>(Func<Task<T>> wait, CancellationToken cancellationToken)
    {
        try
        {
            return await wait().ConfigureAwait(false);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The request was cancelled by the caller.", e, cancellationToken);
        }
        catch (RpcException e)
        {
            throw ErrorMapper.Map(e, _caller.Address);
        }
    }
}
