namespace Subscriptions.Client;

/// <summary>
/// Who is in a group and who has which partitions: a value that pure functions move. A partition is had by one member at most; it changes hands only through nobody's, and
/// only after the epoch has grown.
/// </summary>
/// <param name="Epoch">Grows whenever members come or go.</param>
/// <param name="PartitionCount">How many partitions are shared.</param>
/// <param name="Members">In the order in which they came.</param>
internal sealed record GroupTable(long Epoch, int PartitionCount, IReadOnlyList<GroupMember> Members)
{
    /// <summary>A group that nobody is in.</summary>
    public static GroupTable Empty(int partitions) => new(0, partitions, []);

    /// <summary>Whether a member is in it.</summary>
    public bool Has(string id) => Members.Any(member => member.Id == id);

    /// <summary>What a member works on.</summary>
    public IReadOnlyList<int> HeldBy(string id) => Members.FirstOrDefault(member => member.Id == id)?.Holds ?? [];

    /// <summary>What a member is to work on: its contiguous share.</summary>
    public IReadOnlyList<int> ShareOf(string id)
    {
        for (var i = 0; i < Members.Count; i++)
        {
            if (Members[i].Id == id)
            {
                return PartitionShares.Of(i, Members.Count, PartitionCount);
            }
        }

        return [];
    }

    /// <summary>A member comes, as the last one.</summary>
    public GroupTable Join(string id) =>
        Has(id) ? this : this with { Epoch = Epoch + 1, Members = [.. Members, new GroupMember(id, [])] };

    /// <summary>Members go; nobody has what they had.</summary>
    public GroupTable Remove(IReadOnlyCollection<string> ids) => Members.Any(member => ids.Contains(member.Id))
        ? this with { Epoch = Epoch + 1, Members = [.. Members.Where(member => !ids.Contains(member.Id))] }
        : this;

    /// <summary>A member gives partitions up.</summary>
    public GroupTable Give(string id, IReadOnlyCollection<int> partitions) => WithHolds(id, [.. HeldBy(id).Except(partitions)]);

    /// <summary>A member takes what is its share and nobody has.</summary>
    public GroupTable Take(string id)
    {
        var held = Members.SelectMany(member => member.Holds).ToHashSet();
        return WithHolds(id, [.. HeldBy(id).Concat(ShareOf(id).Where(partition => !held.Contains(partition))).Order()]);
    }

    /// <summary>Makes the epoch larger than one that somebody has seen elsewhere.</summary>
    public GroupTable RaiseAbove(long epoch) => epoch >= Epoch ? this with { Epoch = epoch + 1 } : this;

    private GroupTable WithHolds(string id, IReadOnlyList<int> holds) => HeldBy(id).SequenceEqual(holds)
        ? this
        : this with { Members = [.. Members.Select(member => member.Id == id ? member with { Holds = holds } : member)] };
}
