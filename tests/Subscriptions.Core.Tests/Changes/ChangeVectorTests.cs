using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Subscriptions.Core.Changes;
using Xunit;

namespace Subscriptions.Core.Tests.Changes;

public sealed class ChangeVectorTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(1000);

    private static readonly Gen<ChangeVector> Vectors =
        from count in Gen.Elements(0, 1, 2, 5, 30)
        from entries in Gen.ArrayOf(
            from branch in Gen.Choose(1, 40)
            from seqno in Gen.Choose(0, 4)
            select new ChangeVectorEntry(new BranchId((ulong)branch), branch % 4, seqno),
            count)
        select ChangeVector.Create(entries);

    private static readonly Arbitrary<(ChangeVector X, ChangeVector Y, ChangeVector Z)> Triples =
        (from x in Vectors from y in Vectors from z in Vectors select (x, y, z)).ToArbitrary();

    [Fact]
    public void ToString_OfAnyVector_ReadsBack() => Prop.ForAll(Vectors.ToArbitrary(), vector =>
    {
        Assert.True(ChangeVector.TryParse(vector.ToString(), out var parsed, out var error), error);
        Assert.Equal(vector, parsed);
        Assert.Equal(vector.ToString(), parsed.ToString());
        Assert.Equal(vector.GetHashCode(), parsed.GetHashCode());
    }).Check(Often);

    [Fact]
    public void Merge_OfAnyVectors_IsCommutativeAssociativeIdempotentAndTheLeastAboveBoth() => Prop.ForAll(Triples, t =>
    {
        var merged = t.X.Merge(t.Y);

        Assert.Equal(merged, t.Y.Merge(t.X));
        Assert.Equal(merged.Merge(t.Z), t.X.Merge(t.Y.Merge(t.Z)));
        Assert.Equal(t.X, t.X.Merge(t.X));
        Assert.Equal(t.X, t.X.Merge(ChangeVector.Empty));
        Assert.True(IsAtMost(t.X, merged) && IsAtMost(t.Y, merged));
        Assert.True(!IsAtMost(t.X, t.Z) || !IsAtMost(t.Y, t.Z) || IsAtMost(merged, t.Z));
    }).Check(Often);

    [Fact]
    public void CompareTo_OfAnyVectors_IsAPartialOrder() => Prop.ForAll(Triples, t =>
    {
        Assert.Equal(ChangeVectorOrder.Equal, t.X.CompareTo(t.X));
        Assert.Equal(t.X.Equals(t.Y), IsAtMost(t.X, t.Y) && IsAtMost(t.Y, t.X));
        Assert.True(!IsAtMost(t.X, t.Y) || !IsAtMost(t.Y, t.Z) || IsAtMost(t.X, t.Z));

        var mirrored = t.X.CompareTo(t.Y) switch
        {
            ChangeVectorOrder.Before => ChangeVectorOrder.After,
            ChangeVectorOrder.After => ChangeVectorOrder.Before,
            var same => same,
        };
        Assert.Equal(mirrored, t.Y.CompareTo(t.X));
    }).Check(Often);

    [Fact]
    public void CompareTo_OfAnyVectors_LooksAtEveryBranch() => Prop.ForAll(Triples, t =>
    {
        var branches = Enumerable.Range(1, 40).Select(i => new BranchId((ulong)i)).ToArray();
        var isBehind = branches.Any(branch => t.X[branch] < t.Y[branch]);
        var isAhead = branches.Any(branch => t.X[branch] > t.Y[branch]);

        var expected = (isBehind, isAhead) switch
        {
            (false, false) => ChangeVectorOrder.Equal,
            (true, false) => ChangeVectorOrder.Before,
            (false, true) => ChangeVectorOrder.After,
            _ => ChangeVectorOrder.Concurrent,
        };
        Assert.Equal(expected, t.X.CompareTo(t.Y));
    }).Check(Often);

    [Fact]
    public void Create_OfEntries_KeepsTheHighestOfABranchAndNothingAtZero()
    {
        var branch = new BranchId(0xab);

        var vector = ChangeVector.Create([new(branch, 1, 5), new(branch, 1, 9), new(branch, 1, 7), new(new BranchId(1), 0, 0), new(BranchId.None, 0, 3)]);

        Assert.Equal("p1:9-00000000000000ab", vector.ToString());
        Assert.Equal(0, vector[new BranchId(1)]);
    }

    [Fact]
    public void Equals_OfVectorsWithOtherLabels_LooksAtTheBranchesOnly()
    {
        Assert.True(ChangeVector.TryParse("p0:9-00000000000000ab", out var left, out _));
        Assert.True(ChangeVector.TryParse("P7:9-00000000000000AB", out var right, out _));

        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("p0:0-00000000000000ab")]
    public void TryParse_OfNothing_IsTheEmptyVector(string text)
    {
        Assert.True(ChangeVector.TryParse(text, out var vector, out _));
        Assert.Equal(ChangeVector.Empty, vector);
        Assert.Equal("", vector.ToString());
    }

    [Theory]
    [InlineData("x", "x")]
    [InlineData("p0:12", "p0:12")]
    [InlineData("p0:1-00000000000000ab,", "")]
    [InlineData("p0:1-00000000000000ab, 0:1-00000000000000ab", "0:1-00000000000000ab")]
    [InlineData("p:1-00000000000000ab", "p:1-00000000000000ab")]
    [InlineData("p-1:1-00000000000000ab", "p-1:1-00000000000000ab")]
    [InlineData("p0:-1-00000000000000ab", "p0:-1-00000000000000ab")]
    [InlineData("p0:9223372036854775808-00000000000000ab", "p0:9223372036854775808-00000000000000ab")]
    [InlineData("p2147483648:1-00000000000000ab", "p2147483648:1-00000000000000ab")]
    [InlineData("p0:1-0000000000000000", "p0:1-0000000000000000")]
    [InlineData("p0:1-ab", "p0:1-ab")]
    [InlineData("p0:1-00000000000000abc", "p0:1-00000000000000abc")]
    public void TryParse_OfOtherText_NamesTheEntry(string text, string entry)
    {
        Assert.False(ChangeVector.TryParse(text, out var vector, out var error));
        Assert.Equal($"entry '{entry}' is not of the form p<partition>:<seqno>-<16 hex digits>", error);
        Assert.Same(ChangeVector.Empty, vector);
    }

    [Fact]
    public void TryParse_OfHostileText_GivesAShortError()
    {
        Assert.False(ChangeVector.TryParse(new string('x', 1_000_000), out _, out var error));
        Assert.InRange(error.Length, 1, 200);
    }

    [Fact]
    public void CompareTo_OfLargeVectors_TakesTimeInProportion()
    {
        static ChangeVector Large(int offset) =>
            ChangeVector.Create(Enumerable.Range(1, 100_000).Select(i => new ChangeVectorEntry(new BranchId((ulong)(i + offset)), 0, i)));

        var (left, right) = (Large(0), Large(1));
        var clock = Stopwatch.StartNew();

        Assert.Equal(ChangeVectorOrder.Equal, left.CompareTo(Large(0)));
        Assert.Equal(ChangeVectorOrder.Concurrent, left.CompareTo(right));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static bool IsAtMost(ChangeVector left, ChangeVector right) =>
        left.CompareTo(right) is ChangeVectorOrder.Before or ChangeVectorOrder.Equal;
}
