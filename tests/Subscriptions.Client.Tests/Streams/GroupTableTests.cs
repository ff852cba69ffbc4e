using Xunit;

namespace Subscriptions.Client.Tests.Streams;

public sealed class GroupTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Any_RandomMoves_NobodyHasWhatAnotherHasAndEpochsGrowWithEachNewOwner(int seed)
    {
        var random = new Random(seed);
        var table = GroupTable.Empty(random.Next(1, 40));
        var owners = new Dictionary<int, (string Member, long Epoch)>();
        for (var step = 0; step < 2000; step++)
        {
            var before = table;
            var member = $"m{random.Next(6)}";
            table = random.Next(4) switch
            {
                0 => table.Join(member),
                1 => random.Next(4) == 0 ? table.Remove([member]) : table,
                2 => table.Give(member, [.. table.HeldBy(member).Except(table.ShareOf(member))]),
                _ => table.Take(member),
            };

            Assert.True(table.Epoch >= before.Epoch);
            Assert.Equal(table.Epoch > before.Epoch, !table.Members.Select(m => m.Id).SequenceEqual(before.Members.Select(m => m.Id)));
            var held = table.Members.SelectMany(m => m.Holds.Select(partition => (partition, m.Id))).ToList();
            Assert.Equal(held.Count, held.Select(h => h.partition).Distinct().Count());
            foreach (var (partition, id) in held.Where(h => !before.HeldBy(h.Id).Contains(h.partition)))
            {
                if (owners.TryGetValue(partition, out var last) && last.Member != id) Assert.True(table.Epoch > last.Epoch, $"step {step}");
                owners[partition] = (id, table.Epoch);
            }
        }
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(3, 16)]
    [InlineData(5, 1024)]
    [InlineData(9, 4)]
    public void Any_EverybodyGivesAndTakes_AllIsHadInEqualContiguousShares(int members, int partitions)
    {
        var table = GroupTable.Empty(partitions);
        for (var i = 0; i < members; i++)
        {
            table = table.Join($"m{i}");
            table = Settle(table);
        }

        table = Settle(table.Remove(["m0"]).Join("m0"));

        Assert.Equal(Enumerable.Range(0, partitions), table.Members.SelectMany(m => m.Holds));
        Assert.InRange(table.Members.Max(m => m.Holds.Count) - table.Members.Min(m => m.Holds.Count), 0, 1);
    }

    [Fact]
    public void Take_WhatAnotherStillHolds_IsNotTaken()
    {
        var table = GroupTable.Empty(4).Join("a").Take("a").Join("b").Take("b");
        Assert.Equal([0, 1, 2, 3], table.HeldBy("a"));
        Assert.Empty(table.HeldBy("b"));

        table = table.Give("a", [2]).Take("b");

        Assert.Equal([2], table.HeldBy("b"));
    }

    [Fact]
    public void RaiseAbove_AnEpochSeenElsewhere_IsLarger() =>
        Assert.Equal((8, 2), (GroupTable.Empty(1).Join("a").RaiseAbove(7).Epoch, GroupTable.Empty(1).Join("a").Join("b").RaiseAbove(1).Epoch));

    private static GroupTable Settle(GroupTable table)
    {
        foreach (var member in table.Members) table = table.Give(member.Id, [.. table.HeldBy(member.Id).Except(table.ShareOf(member.Id))]);
        foreach (var member in table.Members) table = table.Take(member.Id);
        return table;
    }
}
