using System.Globalization;
using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.TestKit.Documents;

/// <summary>
/// Makes random calls to a store and the same calls to a <see cref="FakeDocumentStore"/>, and compares every answer, all that observers are told, and
/// now and then all that can be read. The documents are few, so that calls meet.
/// </summary>
/// <param name="seed">Determines the calls; part of every failure's message.</param>
/// <param name="partitions">How many partitions the stores have.</param>
/// <param name="time">The clock of both stores.</param>
public sealed partial class DocumentStoreModel(int seed, int partitions, FakeTimeProvider time)
{
    private const int Documents = 25;
    private const int MostOperations = 12;

    private static readonly string[] Collections = [CollectionName.Empty, "Orders", "Ä"];

    private readonly Random _random = new(seed);
    private readonly List<Revision> _revisions = [new Revision(3, 33)];
    private readonly CommitRecorder _expectedCommits = new();
    private Func<string, RevisionHistory?> _historyOf = _ => null;

    /// <summary>A seed, from the environment variable <c>MODEL_SEED</c> when one is to be repeated.</summary>
    public static int NewSeed() =>
        int.TryParse(Environment.GetEnvironmentVariable("MODEL_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();

    /// <summary>Makes the calls.</summary>
    /// <param name="store">The store under test, empty.</param>
    /// <param name="observed">What the observer of the store under test was told.</param>
    /// <param name="reopen">Closes the store under test and opens it again.</param>
    /// <param name="steps">How many calls.</param>
    public async Task RunAsync(IDocumentStore store, CommitRecorder observed, Func<Task<IDocumentStore>> reopen, int steps)
    {
        await using var model = new FakeDocumentStore("model", partitions, _expectedCommits, time);
        _historyOf = model.HistoryOf;
        for (var step = 0; step < steps; step++)
        {
            var where = $"MODEL_SEED={seed}, step {step}";
            if (_random.Next(50) == 0) store = await reopen();
            if (_random.Next(10) == 0) time.Advance(TimeSpan.FromSeconds(_random.Next(20)));

            var (description, call) = NextCall();
            var expected = await call(model);
            var actual = await call(store).Within();
            Assert.True(expected == actual, $"{where}: {description} answered\n{actual}\nexpected\n{expected}");
            if (step % 20 == 0) Compare(await DescribeAsync(model), await DescribeAsync(store), where);
        }

        Compare(_expectedCommits.Changes.Select(Describe), observed.Changes.Select(Describe), $"MODEL_SEED={seed}, observers");
    }

    private static void Compare(IEnumerable<string> expected, IEnumerable<string> actual, string where)
    {
        foreach (var (e, a) in expected.Zip(actual)) Assert.True(e == a, $"{where}: found\n{a}\nexpected\n{e}");
        Assert.True(expected.Count() == actual.Count(), $"{where}: found {actual.Count()} lines, expected {expected.Count()}");
    }

    private (string Description, Func<IDocumentStore, Task<string>> Call) NextCall()
    {
        var (now, id, count) = (time.GetUtcNow(), NextId(), 1 + _random.Next(5));
        switch (_random.Next(32))
        {
            case 0:
                return ("expire", async s => $"{await s.ExpireAsync(now, count, CancellationToken.None)}");
            case 1:
                var before = now.AddSeconds(-_random.Next(30));
                return ("purge", async s => $"{await s.PurgeTombstonesAsync(before, count, CancellationToken.None)}");
            case 2 or 3:
                return ($"get {id}", async s => Describe(await s.GetAsync(id, CancellationToken.None)));
            case 4 or 5:
                var (partition, after) = (_random.Next(partitions), _random.NextInt64(40));
                var limits = new ReadLimits(count, 80 + _random.Next(400));
                return ("read", async s => Describe(await s.ReadChangesAsync(partition, after, limits, CancellationToken.None)));
            case >= 26:
                return NextListCall(id, count);
            case >= 20:
                return NextRevisionCall(now, id, count);
            default:
                var operations = Enumerable.Range(0, 1 + _random.Next(MostOperations)).Select(_ => NextOperation()).ToArray();
                return _random.Next(2) == 0
                    ? NextEachCall(operations)
                    : (string.Join('\n', (object[])operations), async s => Describe(await s.WriteAsync(operations, CancellationToken.None)));
        }
    }

    private (string Description, Func<IDocumentStore, Task<string>> Call) NextRevisionCall(DateTimeOffset now, string id, int count)
    {
        var (partition, seqno) = (_random.Next(partitions), _random.NextInt64(60));
        switch (_random.Next(7))
        {
            case 0:
                var settings = NextSettings();
                return ($"keep {settings}", s => KeepAsync(s, settings));
            case 1:
                return ("trim", async s => $"{await s.TrimRevisionsAsync(now, int.MaxValue, CancellationToken.None)}");
            case 2:
                return ($"revision {id} {seqno}", async s => Describe(await s.GetRevisionAsync(id, seqno, CancellationToken.None)));
            case 3:
                var revision = _revisions[_random.Next(_revisions.Count)];
                return ($"revision {id} {revision}", async s => Describe(await s.GetRevisionAsync(id, revision, CancellationToken.None)));
            case 4:
                return ($"list {id}", async s => string.Join('\n', await s.ListRevisionsAsync(id, seqno + 1, count, CancellationToken.None)));
            default:
                var limits = new ReadLimits(count, 80 + _random.Next(600));
                return ("read revisions", async s => Describe(await s.ReadRevisionsAsync(partition, seqno, limits, CancellationToken.None)));
        }
    }

    private static async Task<string> KeepAsync(IDocumentStore store, RevisionSettings settings)
    {
        await store.SetRevisionsAsync(settings, CancellationToken.None);
        return store.Info.Settings.Revisions.ToString();
    }

    private RevisionSettings NextSettings()
    {
        var settings = RevisionSettings.None;
        foreach (var collection in Collections.Append(RevisionSettings.AllDocuments))
        {
            if (_random.Next(2) == 0) continue;
            settings = settings.With(collection, new CollectionRevisions
            {
                IsEnabled = _random.Next(4) != 0,
                MaxCount = _random.Next(2) == 0 ? 1 + _random.Next(4) : null,
                MaxAge = _random.Next(2) == 0 ? TimeSpan.FromSeconds(1 + _random.Next(60)) : null,
                PurgeOnDelete = _random.Next(3) == 0,
            });
        }

        return settings;
    }

    private DocumentWrite NextOperation() => new()
    {
        Kind = _random.Next(10) switch { < 6 => WriteKind.Put, < 8 => WriteKind.Delete, _ => WriteKind.Touch },
        Id = NextId(),
        Collection = _random.Next(4) == 0 ? null : Collections[_random.Next(Collections.Length)],
        Content = Encoding.UTF8.GetBytes($"{{\"n\":{_random.Next(1000)},\"pad\":\"{new string('x', _random.Next(60))}\"}}"),
        ExpiresAt = _random.Next(4) == 0 ? time.GetUtcNow().AddSeconds(_random.Next(-5, 40)) : null,
        Expected = _random.Next(40) switch
        {
            < 34 => ExpectedRevision.Any,
            < 36 => ExpectedRevision.Absent,
            36 or 37 => ExpectedRevision.Newest(NextRevision()),
            _ => ExpectedRevision.Exactly(NextRevision()),
        },
    };

    // One of the latest: it has a chance to be some document's.
    private Revision NextRevision() => _revisions[_random.Next(Math.Max(0, _revisions.Count - 20), _revisions.Count)];

    // Some ids share a beginning, some are not ASCII: both matter to indexes.
    private string NextId() => _random.Next(Documents) is var n && n % 5 == 0 ? $"dök{n}" : $"doc{n}";

    private static async Task<List<string>> DescribeAsync(IDocumentStore store)
    {
        var statistics = await store.GetStatisticsAsync(CancellationToken.None).Within();
        var lines = new List<string>
        {
            $"{statistics.Documents} documents, {statistics.Tombstones} tombstones, {statistics.Revisions} revisions",
        };
        foreach (var partition in store.Partitions)
        {
            var everything = new ReadLimits(int.MaxValue, long.MaxValue);
            var page = await store.ReadChangesAsync(partition.Partition, 0, everything, CancellationToken.None).Within();
            lines.Add($"partition {partition.Partition} at {partition.HighSeqno}, purged {partition.PurgeSeqno}\n{Describe(page)}");
            lines.Add(Describe(await store.ReadRevisionsAsync(partition.Partition, 0, everything, CancellationToken.None).Within()));
            foreach (var change in page.Changes) lines.Add(Describe(await store.GetHistoryAsync(change.Id, CancellationToken.None).Within()));
        }

        return lines;
    }

    private string Describe(WriteResult result)
    {
        if (result is not WriteResult.Committed committed) return result.ToString();

        _revisions.AddRange(committed.Outcomes.Where(o => o.Changed).Select(o => o.Revision));
        return string.Join('\n', committed.Outcomes);
    }

    private static string Describe(ChangePage page) =>
        $"up to {page.LastSeqno} of {page.SnapshotEnd}\n{string.Join('\n', page.Changes.Select(Describe))}";

    private static string Describe(CommittedChange committed) => $"{Describe(committed.Change)} replaces {committed.SupersededSeqno}";

    private static string Describe(Change? c) => c is null
        ? "nothing"
        : $"{c.Partition}:{c.Seqno} {c.Kind} {c.Id} {c.Collection} {c.Revision} {c.ExpiresAt:O} {c.ChangedAt:O} {Encoding.UTF8.GetString(c.Content.Span)}{Describe(c.Previous)}";

    private static string Describe(PreviousVersion? p) => p is null ? "" : $" < {p.Revision} {Encoding.UTF8.GetString(p.Content.Span)}";
}
