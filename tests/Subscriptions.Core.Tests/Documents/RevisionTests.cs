using System.Security.Cryptography;
using System.Text;
using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.Core.Tests.Documents;

public sealed class RevisionTests
{
    [Fact]
    public void Next_OfTheSameEdits_IsTheSameEverywhere()
    {
        var first = Revision.Next(null, deleted: false, "{\"a\":1}"u8);
        var second = Revision.Next(first, deleted: true, []);

        // Fixed for good: documents that were written keep their revisions, and replicas agree on them.
        Assert.Equal("1-139f8ea7b39f750e92286a3dafe869aa", first.ToString());
        Assert.Equal("2-c2ac223c7891b76b6a86b0b44418954b", second.ToString());
    }

    [Fact]
    public void Next_OfOtherParentFlagOrContent_Differs()
    {
        var parent = Revision.Next(null, deleted: false, "{}"u8);
        Revision[] all =
        [
            parent,
            Revision.Next(null, deleted: true, "{}"u8),
            Revision.Next(null, deleted: false, "{ }"u8),
            Revision.Next(parent, deleted: false, "{}"u8),
            Revision.Next(parent, deleted: true, []),
            Revision.Next(parent with { Generation = 5 }, deleted: true, []),
        ];

        Assert.Equal(all.Length, all.Select(revision => revision.Digest).Distinct().Count());
        Assert.Equal([1, 1, 1, 2, 2, 6], all.Select(revision => revision.Generation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(998)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Next_OfContentOfAnyLength_IsTheDigestOfParentFlagAndContent(int length)
    {
        var parent = new Revision(0x0102030405060708, new UInt128(0x1112131415161718, 0x2122232425262728));
        var content = Encoding.UTF8.GetBytes(new string('x', length));
        byte[] hashed = [.. Convert.FromHexString("0102030405060708" + "11121314151617182122232425262728" + "01"), .. content];

        var revision = Revision.Next(parent, deleted: true, content);

        Assert.Equal($"{parent.Generation + 1}-{Convert.ToHexStringLower(SHA256.HashData(hashed)[..16])}", revision.ToString());
    }

    [Fact]
    public void ToString_OfARevision_ReadsBack()
    {
        Revision[] revisions = [new(1, 0), new(1, 0xab), new(long.MaxValue, UInt128.MaxValue), Revision.Next(null, false, "{}"u8)];

        Assert.Equal("1-000000000000000000000000000000ab", revisions[1].ToString());
        Assert.All(revisions, revision =>
        {
            Assert.True(Revision.TryParse(revision.ToString(), out var parsed));
            Assert.Equal(revision, parsed);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1-")]
    [InlineData("1-ab")]
    [InlineData("-000000000000000000000000000000ab")]
    [InlineData("0-000000000000000000000000000000ab")]
    [InlineData("-1-000000000000000000000000000000ab")]
    [InlineData("+1-000000000000000000000000000000ab")]
    [InlineData(" 1-000000000000000000000000000000ab")]
    [InlineData("1-000000000000000000000000000000ab ")]
    [InlineData("1-0x0000000000000000000000000000ab")]
    [InlineData("1-000000000000000000000000000000abc")]
    [InlineData("9223372036854775808-000000000000000000000000000000ab")]
    [InlineData("x-000000000000000000000000000000ab")]
    public void TryParse_OtherText_IsRefused(string text)
    {
        Assert.False(Revision.TryParse(text, out var revision));
        Assert.Equal(default, revision);
    }

    [Fact]
    public void ExpectedRevision_OfEachKind_IsMetByWhatItNames()
    {
        var (revision, other) = (new Revision(1, 1), new Revision(1, 2));

        Assert.True(ExpectedRevision.Any.IsMetBy(null) && ExpectedRevision.Any.IsMetBy(revision) && default(ExpectedRevision).IsMetBy(revision));
        Assert.True(ExpectedRevision.Absent.IsMetBy(null));
        Assert.False(ExpectedRevision.Absent.IsMetBy(revision));
        Assert.True(ExpectedRevision.Exactly(revision).IsMetBy(revision));
        Assert.False(ExpectedRevision.Exactly(revision).IsMetBy(other));
        Assert.False(ExpectedRevision.Exactly(revision).IsMetBy(null));
    }
}
