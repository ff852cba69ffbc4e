using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Subscriptions.Client;

/// <summary>
/// Keeps positions as documents in a database of the server, one a partition: for groups whose members run on several machines. Better not the database that is
/// followed, whose log these would become part of. A save is as durable as any write to that database, and what another member has taken over meanwhile is not overwritten.
/// Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore holds nothing to dispose of while nobody asks for its wait handle.")]
public sealed class DatabaseCheckpointStore : ICheckpointStore
{
    private const string Collection = "PartitionCheckpoints";

    private readonly SubscriptionsClient _client;
    private readonly string _database;

    // What each document was when this store last saw it: saves expect to find that.
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Makes a store over a database, which exists.</summary>
    /// <param name="client">The server's client; it must live as long as the store.</param>
    /// <param name="database">The database.</param>
    public DatabaseCheckpointStore(SubscriptionsClient client, string database)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(database);
        _client = client;
        _database = database;
    }

    /// <inheritdoc/>
    /// <exception cref="SubscriptionsException">The server refuses, or cannot be reached.</exception>
    public Task<IReadOnlyList<PartitionCheckpoint>> LoadAsync(
        CheckpointScope scope, IReadOnlyCollection<int> partitions, long epoch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(partitions);
        return AloneAsync(async () =>
        {
            await ReadAsync(scope, partitions, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<PartitionCheckpoint> found = [];
            await WriteAsync(
                scope,
                partitions,
                table =>
                {
                    found = table.Claim(partitions, epoch, out var hasChanged);
                    return hasChanged;
                },
                cancellationToken).ConfigureAwait(false);
            return found;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="SubscriptionsException">The server refuses, or cannot be reached.</exception>
    public Task SaveAsync(CheckpointScope scope, IReadOnlyCollection<PartitionCheckpoint> checkpoints, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(checkpoints);
        return AloneAsync(async () =>
        {
            await WriteAsync(
                scope,
                [.. checkpoints.Select(checkpoint => checkpoint.Partition)],
                table =>
                {
                    table.Save(checkpoints);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            return true;
        }, cancellationToken);
    }

    private async Task<T> AloneAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await action().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    // Applies a change to what is known, and writes it if that is what is there; else looks again.
    private async Task WriteAsync(
        CheckpointScope scope, IReadOnlyCollection<int> partitions, Func<CheckpointTable, bool> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var table = new CheckpointTable(scope);
            foreach (var partition in partitions)
            {
                if (_known.TryGetValue(IdOf(scope, partition), out var known))
                {
                    table.Put(known.Entry);
                }
            }

            if (!change(table))
            {
                return;
            }

            var entries = table.Rows.ToList();
            try
            {
                var results = await _client.Documents.WriteAsync(_database, entries.Select(entry => Put(scope, entry)), cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < entries.Count; i++)
                {
                    _known[IdOf(scope, entries[i].Partition)] = new Known(entries[i], results[i].Revision);
                }

                return;
            }
            catch (RevisionConflictException)
            {
                await ReadAsync(scope, partitions, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private DocumentOperation Put(CheckpointScope scope, CheckpointEntry entry)
    {
        var id = IdOf(scope, entry.Partition);
        var revision = _known.GetValueOrDefault(id)?.Revision;
        return DocumentOperation.Put(id, entry, CheckpointJson.Default.CheckpointEntry, Collection) with
        {
            ExpectedRevision = revision,
            MustNotExist = revision is null,
        };
    }

    private async Task ReadAsync(CheckpointScope scope, IReadOnlyCollection<int> partitions, CancellationToken cancellationToken)
    {
        if (partitions.Count == 0)
        {
            return;
        }

        foreach (var partition in partitions)
        {
            _known.Remove(IdOf(scope, partition));
        }

        var options = new ChangesOptions
        {
            Filter = ChangeFilter.Ids(partitions.Select(partition => IdOf(scope, partition))),
            IncludeDocs = true,
            Limit = 10_000,
        };
        while (true)
        {
            var page = await _client.Changes.GetAsync(_database, options, cancellationToken).ConfigureAwait(false);
            foreach (var row in page.Rows.Where(row => row.HasContent))
            {
                _known[row.Id] = new Known(row.As(CheckpointJson.Default.CheckpointEntry), row.Revision);
            }

            if (page.Pending == 0 || page.ResumeToken == options.Since)
            {
                return;
            }

            options = options with { Since = page.ResumeToken };
        }
    }

    private static string IdOf(CheckpointScope scope, int partition) =>
        string.Create(CultureInfo.InvariantCulture, $"partition-checkpoints/{scope.Database}/{scope.Consumer}/{partition}");

    private sealed record Known(CheckpointEntry Entry, string Revision);
}
