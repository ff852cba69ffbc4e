using Subscriptions.Core.Changes;
using Subscriptions.Core.Validation;

namespace Subscriptions.Core.Subscriptions;

/// <summary>Where a subscription begins, or is moved to.</summary>
public abstract record StartPoint
{
    private StartPoint()
    {
    }

    /// <summary>Every document that exists.</summary>
    public sealed record Beginning : StartPoint;

    /// <summary>Only what changes from now on.</summary>
    public sealed record Now : StartPoint;

    /// <summary>What a change vector has not seen.</summary>
    public sealed record Vector(ChangeVector Value) : StartPoint;

    /// <summary>Where another reader stands.</summary>
    public sealed record Token(ResumeToken Value) : StartPoint;

    /// <summary>The cursor that this start point means in a database.</summary>
    /// <param name="partitions">Where the database's partitions stand.</param>
    /// <param name="field">How the caller knows the start point.</param>
    /// <exception cref="InvalidInputException">It names a branch that is not part of the database's history.</exception>
    public ResumeToken Resolve(IReadOnlyList<PartitionState> partitions, string field) => this switch
    {
        Now => ResumeToken.Now(partitions),
        Vector(var vector) => new ResumeToken(vector.Entries
            .Select(e => Locate(e, partitions, field))
            .GroupBy(p => p.Partition, (_, positions) => positions.MaxBy(p => p.Seqno))),
        Token(var token) => Check(token, partitions, field),
        _ => ResumeToken.Beginning,
    };

    // A bare vector speaks of the ends of snapshots, and its reader has seen what was purged until now.
    private static Position Locate(ChangeVectorEntry entry, IReadOnlyList<PartitionState> partitions, string field)
    {
        var partition = Find(entry.Branch, partitions, field);
        return new Position(partition.Partition, entry.Branch, entry.Seqno, entry.Seqno, entry.Seqno, partition.PurgeSeqno);
    }

    private static ResumeToken Check(ResumeToken token, IReadOnlyList<PartitionState> partitions, string field)
    {
        foreach (var position in token.Positions)
        {
            if (Find(position.Branch, partitions, field).Partition != position.Partition)
                throw new InvalidInputException(field, position.Branch.ToString(), "belongs to another partition than the token says");
        }

        return token;
    }

    private static PartitionState Find(BranchId branch, IReadOnlyList<PartitionState> partitions, string field) =>
        partitions.FirstOrDefault(p => p.FailoverLog.Entries.Any(e => e.Branch == branch))
        ?? throw new InvalidInputException(field, branch.ToString(), "is a branch that is not part of this database's history");
}
