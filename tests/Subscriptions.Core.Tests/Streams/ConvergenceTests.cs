using System.Globalization;
using Xunit;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>
/// Consumers that follow the rules, against histories that diverge: however backups are restored, history is rewound, tombstones purged and readers interrupted, who has caught up has
/// exactly the server's documents.
/// </summary>
public sealed class ConvergenceTests
{
    private const int Runs = 4000;
    private const int Steps = 60;

    [Fact]
    public void Consumer_RandomHistories_ConvergesToTheServersDocuments()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MODEL_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        var rollbacks = 0;
        for (var run = 0; run < Runs; run++) rollbacks += Run(new Random(seed + run), $"MODEL_SEED={seed + run}");

        Assert.True(rollbacks > Runs / 4, $"Only {rollbacks} rollbacks in {Runs} runs (MODEL_SEED={seed}).");
    }

    private static int Run(Random random, string name)
    {
        var server = new HistoryModel();
        var consumer = new ModelConsumer(keepsVersions: random.Next(2) == 0);
        var value = 0;
        for (var step = 0; step < Steps; step++)
        {
            switch (random.Next(21))
            {
                case < 8:
                    server.Write($"d{random.Next(5)}", ++value, isDeletion: random.Next(3) == 0);
                    break;
                case < 13:
                    consumer.Read(server, random.Next(1, 4));
                    break;
                case 13:
                    // It comes back, from where it was.
                    consumer.Open(server);
                    break;
                case 14 or 15:
                    server.Purge(random.NextInt64(server.State.HighSeqno + 1));
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
                    AssertSame(server, consumer, name);
                    break;
            }
        }

        consumer.CatchUp(server);
        AssertSame(server, consumer, name);
        return consumer.Rollbacks;
    }

    private static void AssertSame(HistoryModel server, ModelConsumer consumer, string name)
    {
        var (expected, actual) = (Text(server.Documents), Text(consumer.Documents));
        Assert.True(expected == actual, $"{name}: the server has {expected}, the consumer {actual}.");
    }

    private static string Text(IReadOnlyDictionary<string, long> documents) =>
        string.Join(' ', documents.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key}={d.Value}"));
}
