namespace Subscriptions.Core.Tests.Delivery.Model;

/// <summary>What can happen in a run.</summary>
internal enum ModelAct
{
    /// <summary>The engine gets on by some steps.</summary>
    Go,
    Put,
    Delete,
    Connect,
    Ack,
    NackBatch,
    NackItems,
    Heartbeat,
    Vanish,
    HalfClose,
    PassTime,
    SetCursor,
    ChangeDefinition,
    Disable,
    Enable,
    Drop,
    Replay,
    Discard,
    Recreate,
    Kill,
}

/// <summary>One thing that happens; what the numbers mean depends on it, and any number means something.</summary>
internal readonly record struct ModelOp(ModelAct Act, int A, int B)
{
    private static readonly (ModelAct Act, int Weight)[] Weights =
    [
        (ModelAct.Go, 40), (ModelAct.Put, 14), (ModelAct.Delete, 3), (ModelAct.Connect, 10), (ModelAct.Ack, 20), (ModelAct.NackBatch, 4),
        (ModelAct.NackItems, 8), (ModelAct.Heartbeat, 3), (ModelAct.Vanish, 3), (ModelAct.HalfClose, 2), (ModelAct.PassTime, 8),
        (ModelAct.SetCursor, 2), (ModelAct.ChangeDefinition, 1), (ModelAct.Disable, 1), (ModelAct.Enable, 3), (ModelAct.Drop, 2),
        (ModelAct.Replay, 2), (ModelAct.Discard, 1), (ModelAct.Recreate, 1), (ModelAct.Kill, 2),
    ];

    /// <summary>The operations of a run.</summary>
    public static List<ModelOp> Draw(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new ModelOp(DrawAct(random), random.Next(1000), random.Next(1000)))];

    private static ModelAct DrawAct(Random random)
    {
        var at = random.Next(Weights.Sum(w => w.Weight));
        foreach (var (act, weight) in Weights)
        {
            at -= weight;
            if (at < 0) return act;
        }

        return ModelAct.Go;
    }
}
