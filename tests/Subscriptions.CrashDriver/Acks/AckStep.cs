using System.Globalization;

namespace Subscriptions.CrashDriver.Acks;

/// <summary>What a step does to a subscription.</summary>
public enum AckOperation
{
    /// <summary>Creates it with the seqno as cursor and in the query.</summary>
    Create = 1,

    /// <summary>Puts the seqno in its query.</summary>
    Update = 2,

    /// <summary>Deletes it.</summary>
    Delete = 3,

    /// <summary>Grants a lease; the answer has the token, and the cursor as seqno.</summary>
    Grant = 4,

    /// <summary>Moves the cursor to the seqno; the answer has the token.</summary>
    Move = 5,

    /// <summary>Saves the seqno as cursor, acked at an instant made of it, with what was acked above it.</summary>
    Save = 6,

    /// <summary>Grants a lease that stands beside those that there are; the answer is that of a grant.</summary>
    Share = 7,

    /// <summary>Saves as <see cref="Save"/>, and has the document wait for another try, at the seqno.</summary>
    Park = 8,

    /// <summary>Saves as <see cref="Save"/>, and gives the document up, at the seqno.</summary>
    GiveUp = 9,

    /// <summary>Saves as <see cref="Save"/>, and the document waits no more.</summary>
    Settle = 10,

    /// <summary>Has the document, or all of them, tried again.</summary>
    Replay = 11,

    /// <summary>Forgets that the document, or all of them, were given up.</summary>
    Discard = 12,
}

/// <summary>How far a step is.</summary>
public enum AckPhase
{
    /// <summary>About to be asked for.</summary>
    Try = 1,

    /// <summary>Promised to be durable.</summary>
    Done = 2,

    /// <summary>A save was refused because of its token.</summary>
    Fenced = 3,

    /// <summary>The store could not do it.</summary>
    Failed = 4,
}

/// <summary>One line of the journal.</summary>
/// <param name="Phase">How far the step is.</param>
/// <param name="Worker">Who takes it; one worker takes one step at a time.</param>
/// <param name="Operation">What it does.</param>
/// <param name="Id">The subscription.</param>
/// <param name="Token">The fencing token, where the operation has or answers one.</param>
/// <param name="Seqno">The number that the operation writes or answers.</param>
/// <param name="Document">The document, where the operation has one; <see cref="AckFailures.All"/>: all of them.</param>
public sealed record AckStep(AckPhase Phase, int Worker, AckOperation Operation, long Id, long Token, long Seqno, int Document = 0)
{
    /// <summary>True when the operation saves progress.</summary>
    public bool IsSave => Operation is AckOperation.Save or AckOperation.Park or AckOperation.GiveUp or AckOperation.Settle;

    /// <summary>Reads a line.</summary>
    public static AckStep Parse(string line)
    {
        var parts = line.Split(' ');
        return new AckStep(
            Enum.Parse<AckPhase>(parts[0]),
            int.Parse(parts[1], CultureInfo.InvariantCulture),
            Enum.Parse<AckOperation>(parts[2]),
            long.Parse(parts[3], CultureInfo.InvariantCulture),
            long.Parse(parts[4], CultureInfo.InvariantCulture),
            long.Parse(parts[5], CultureInfo.InvariantCulture),
            int.Parse(parts[6], CultureInfo.InvariantCulture));
    }

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Phase} {Worker} {Operation} {Id} {Token} {Seqno} {Document}");
}
