using FsCheck;
using FsCheck.Fluent;
using Subscriptions.Core.Changes;
using Xunit;

namespace Subscriptions.Core.Tests.Changes;

public sealed class AckedRangesTests
{
    private const int Partitions = 3;
    private const int MaxSeqno = 30;

    private static readonly Gen<AckedRange[]> Runs = Gen.ArrayOf(
        from partition in Gen.Choose(0, Partitions - 1)
        from after in Gen.Choose(0, MaxSeqno - 1)
        from length in Gen.Choose(1, 6)
        select new AckedRange(partition, after, after + length));

    // As far apart as numbers can be.
    private static readonly Gen<AckedRanges> WideRanges =
        from count in Gen.Choose(0, 20)
        from runs in Gen.ArrayOf(
            from partition in Gen.Elements(0, 1, 127, 128, 1023, int.MaxValue)
            from after in Gen.Elements(0L, 1, 127, 128, 16_384, int.MaxValue, 1L << 40, long.MaxValue - 300, long.MaxValue - 1)
            from length in Gen.Elements(1L, 2, 127, 128, 16_384, 1L << 50, long.MaxValue)
            select new AckedRange(partition, after, length > long.MaxValue - after ? long.MaxValue : after + length),
            count)
        select AckedRanges.Create(runs);

    [Fact]
    public void Create_AnyRuns_ContainWhatASetContains() => Prop.ForAll(Runs.ToArbitrary(), runs =>
    {
        var set = runs.SelectMany(run => Enumerable.Range((int)run.After + 1, (int)(run.Through - run.After)).Select(seqno => (run.Partition, seqno))).ToHashSet();

        var ranges = AckedRanges.Create(runs);

        for (var partition = 0; partition <= Partitions; partition++)
        {
            for (var seqno = 0; seqno <= MaxSeqno + 7; seqno++)
            {
                Assert.Equal(set.Contains((partition, seqno)), ranges.Contains(partition, seqno));
                if (ranges.Find(partition, seqno) is not { } found) continue;
                Assert.Equal(partition, found.Partition);
                Assert.InRange(seqno, found.After + 1, found.Through);
                Assert.Contains(found, ranges.Ranges);
            }
        }

        Assert.Equal(set.Count == 0, ranges.IsEmpty);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Create_AnyRuns_AreInOrderAndApart() => Prop.ForAll(Runs.ToArbitrary(), runs =>
    {
        var ranges = AckedRanges.Create(runs);

        foreach (var (before, after) in ranges.Ranges.Zip(ranges.Ranges.Skip(1)))
            Assert.True(before.Partition < after.Partition || (before.Partition == after.Partition && before.Through < after.After), ranges.ToString());
        Assert.Equal(ranges, AckedRanges.Create(runs.Reverse()));
        Assert.Equal(ranges.GetHashCode(), AckedRanges.Create(runs.Reverse()).GetHashCode());
        Assert.Equal(ranges, AckedRanges.Create(ranges.Ranges));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Create_Nothing_IsNone()
    {
        Assert.Same(AckedRanges.None, AckedRanges.Create([]));
        Assert.True(AckedRanges.None.IsEmpty);
        Assert.Empty(AckedRanges.None.ToByteArray());
        Assert.True(AckedRanges.TryParse([], out var read));
        Assert.Same(AckedRanges.None, read);
    }

    [Theory]
    [InlineData(-1, 0, 1)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 5, 5)]
    [InlineData(0, 5, 4)]
    public void Create_RunThatIsNone_IsTheCallersMistake(int partition, long after, long through) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AckedRanges.Create([new AckedRange(partition, after, through)]));

    [Fact]
    public void ToString_SomeRanges_NamesTheFirstAndTheLast() =>
        Assert.Equal("p0:5-7, p2:1-1", AckedRanges.Create([new AckedRange(2, 0, 1), new AckedRange(0, 5, 7), new AckedRange(0, 4, 5)]).ToString());

    [Fact]
    public void Equals_OtherRanges_Differ()
    {
        var ranges = AckedRanges.Create([new AckedRange(0, 1, 2), new AckedRange(0, 5, 6), new AckedRange(1, 1, 2)]);

        Assert.NotEqual(ranges, AckedRanges.Create([new AckedRange(0, 1, 2), new AckedRange(0, 5, 7), new AckedRange(1, 1, 2)]));
        Assert.NotEqual(ranges, AckedRanges.None);
        Assert.False(ranges.Equals(null));
    }

    [Fact]
    public void Bytes_OfAnyRanges_ReadBack() => Prop.ForAll(WideRanges.ToArbitrary(), ranges =>
    {
        Assert.True(AckedRanges.TryParse(ranges.ToByteArray(), out var read));
        Assert.Equal(ranges, read);
        Assert.Equal(ranges.Ranges, read.Ranges);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    // A thousand gaps of a busy partition: what workers that share a subscription make of it.
    [Fact]
    public void Bytes_OfNearbyRanges_AreFew()
    {
        var ranges = AckedRanges.Create(Enumerable.Range(0, 1000).Select(i => new AckedRange(0, 5_000_000_000 + (i * 100), 5_000_000_060 + (i * 100))));

        Assert.InRange(ranges.ToByteArray().Length, 3000, 3010);
    }

    [Fact]
    public void TryParse_HostileBytes_AreReadOrRefusedButNeverThrow()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            if (random.Next(4) != 0) bytes[0] = 1;
            if (random.Next(2) == 0) bytes.AsSpan(1).Fill(random.Next(2) == 0 ? (byte)0xff : (byte)0x7f);

            var isRead = AckedRanges.TryParse(bytes, out var ranges);

            Assert.True(isRead != ranges.IsEmpty, $"seed {seed}, {i}: {Convert.ToHexString(bytes)}");
            Assert.True(AckedRanges.TryParse(ranges.ToByteArray(), out var again) && again.Equals(ranges), $"seed {seed}, {i}: {Convert.ToHexString(bytes)}");
        }
    }

    [Fact]
    public void TryParse_CutInsideARange_IsRefused()
    {
        const int endOfTheFirst = 6;
        var ranges = AckedRanges.Create([new AckedRange(0, 1000, 2000), new AckedRange(7, 1L << 40, long.MaxValue)]);
        var bytes = ranges.ToByteArray();

        var read = Enumerable.Range(1, bytes.Length).Where(length => AckedRanges.TryParse(bytes.AsSpan(0, length), out _));

        Assert.Equal([endOfTheFirst, bytes.Length], read);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("02000001")]
    [InlineData("01000000")]
    [InlineData("0100ffffffffffffffff7f01")]
    [InlineData("01ffffffffffffffff7f0001")]
    [InlineData("010001ffffffffffffffff7f")]
    [InlineData("010000ffffffffffffffffff01")]
    public void TryParse_NumbersBeyondTheirRange_AreRefused(string hex) =>
        Assert.False(AckedRanges.TryParse(Convert.FromHexString(hex), out _));
}
