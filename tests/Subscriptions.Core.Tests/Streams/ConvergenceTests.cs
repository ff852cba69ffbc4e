using System.Globalization;
using Xunit;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>
/// Consumers that follow the rules, against histories that diverge: however backups are restored, history is rewound, tombstones purged and readers interrupted, who has caught up has
/// exactly the server's documents.
/// </summary>
public sealed class ConvergenceTests
{
    private const int Runs = 20_000;
    private const int Steps = 60;

    [Fact]
    public void Consumer_RandomHistories_ConvergesToTheServersDocuments()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MODEL_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        var rollbacks = 0;
        for (var run = 0; run < Runs; run++) rollbacks += Run(new Random(seed + run), $"MODEL_SEED={seed + run}");

        Assert.True(rollbacks > Runs / 4, $"Only {rollbacks} rollbacks in {Runs} runs (MODEL_SEED={seed}).");
    }

    [Fact]
    public void Consumer_OfOneCollection_WhenAnOlderTombstoneIsPurgedAfterANewerOneOfAnother_IsSentBack()
    {
        var (server, consumer) = (new HistoryModel(), new ModelConsumer(keepsVersions: false, "Orders"));
        server.Write("d0", 1, isDeletion: false);
        server.Write("d2", 2, isDeletion: false);
        consumer.Read(server, 1);
        server.Write("d0", 3, isDeletion: true);
        server.Write("d1", 4, isDeletion: true);
        server.Purge(4, isYounger: t => t == "d0");
        consumer.Read(server, 1);

        server.Purge(4, isYounger: _ => false);
        consumer.CatchUp(server);

        AssertSame(server.Documents("Orders"), consumer.Documents, "after the purges");
        Assert.Equal(1, consumer.Rollbacks);
    }

    private static int Run(Random random, string name)
    {
        var server = new HistoryModel();
        var collection = random.Next(2) == 0 ? null : "Orders";
        var consumer = new ModelConsumer(keepsVersions: random.Next(2) == 0, collection);
        var value = 0;
        for (var step = 0; step < Steps; step++)
        {
            switch (random.Next(21))
            {
                case < 8:
                    server.Write($"d{random.Next(8)}", ++value, isDeletion: random.Next(3) == 0);
                    break;
                case < 13:
                    consumer.Read(server, random.Next(1, 3));
                    break;
                case 13:
                    // It comes back, from where it was.
                    consumer.Open(server);
                    break;
                case 14 or 15:
                    server.Purge(random.NextInt64(server.State.HighSeqno + 1), _ => random.Next(2) == 0);
                    break;
                case 16 or 17:
                    server.BackUp();
                    break;
                case 18:
                    // Whoever is connected is cut off.
                    server.Restore(random.Next(10));
                    consumer.CutOff();
                    break;
                case 19:
                    server.Rewind(random.NextInt64(server.State.HighSeqno + 1));
                    consumer.CutOff();
                    break;
                default:
                    consumer.CatchUp(server);
                    AssertSame(server.Documents(collection), consumer.Documents, name);
                    break;
            }
        }

        consumer.CatchUp(server);
        AssertSame(server.Documents(collection), consumer.Documents, name);
        return consumer.Rollbacks;
    }

    private static void AssertSame(IReadOnlyDictionary<string, long> servers, IReadOnlyDictionary<string, long> consumers, string name)
    {
        var (expected, actual) = (Text(servers), Text(consumers));
        Assert.True(expected == actual, $"{name}: the server has {expected}, the consumer {actual}.");
    }

    private static string Text(IReadOnlyDictionary<string, long> documents) =>
        string.Join(' ', documents.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key}={d.Value}"));
}
