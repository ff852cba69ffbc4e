using System.Globalization;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery.Model;

/// <summary>
/// Random interleavings of everything that can happen to a subscription — writes, deletions, workers of every strategy, acks, nacks, failed
/// items, timeouts, disconnects, administrators, kills — against the real engine on a clock of its own, in an order of the engine's steps
/// that the seed decides. After each operation the invariants hold, and in the end a steady worker gets all that is owed.
/// </summary>
public sealed class DeliveryModelTests
{
    private const int Operations = 150;

    [Fact]
    public void AnyInterleaving_NothingLost_NothingConfirmedRepeated_NoDocumentTwiceAtOnce()
    {
        var before = SynchronizationContext.Current;
        var (deliveries, confirms) = (0L, 0L);
        try
        {
            var (first, runs) = Seeds();
            for (var seed = first; seed < first + runs; seed++)
            {
                var ops = ModelOp.Draw(new Random(seed), Operations);
                if (Failure(seed, ops, out var oracle) is { } failure) throw new InvalidOperationException(Describe(seed, ops, failure), failure);
                deliveries += oracle.Deliveries;
                confirms += oracle.Confirms;
            }

            Assert.True(deliveries > 10 * runs && confirms > runs, $"{runs} runs delivered {deliveries} items and confirmed {confirms}");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    // MODEL_SEED repeats one run; MODEL_RUNS makes more of them.
    private static (int First, int Runs) Seeds() => Setting("MODEL_SEED") is { } given
        ? (given, 1)
        : (Random.Shared.Next(1_000_000_000), Setting("MODEL_RUNS") ?? 3_000);

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    private static Exception? Failure(int seed, List<ModelOp> ops, out ModelOracle oracle)
    {
        var run = new ModelRun(new FakeSubscriptionStore(), seed);
        oracle = run.Oracle;
        try
        {
            run.Play(ops);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private static string Describe(int seed, List<ModelOp> ops, Exception failure)
    {
        var shrunk = Shrink(seed, ops, ref failure);
        _ = Failure(seed, shrunk, out var oracle);
        var trace = oracle.Trace;
        return $"MODEL_SEED={seed}: {failure.Message}\nafter {shrunk.Count} of {ops.Count} operations:\n{string.Join('\n', trace)}";
    }

    // Leaves out what is not needed for a failure, in ever smaller pieces; the order of the engine's steps may become another by it.
    private static List<ModelOp> Shrink(int seed, List<ModelOp> ops, ref Exception failure)
    {
        var left = ops;
        for (var piece = left.Count / 2; piece >= 1; piece /= 2)
        {
            for (var at = 0; at + piece <= left.Count;)
            {
                List<ModelOp> shorter = [.. left.Take(at), .. left.Skip(at + piece)];
                if (Failure(seed, shorter, out _) is { } still) (left, failure) = (shorter, still);
                else at += piece;
            }
        }

        return left;
    }
}
