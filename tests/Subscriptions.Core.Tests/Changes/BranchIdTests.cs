using Subscriptions.Core.Changes;
using Xunit;

namespace Subscriptions.Core.Tests.Changes;

public sealed class BranchIdTests
{
    [Theory]
    [InlineData(0, "0000000000000000")]
    [InlineData(0xab, "00000000000000ab")]
    [InlineData(ulong.MaxValue, "ffffffffffffffff")]
    public void ToString_OfABranch_IsSixteenDigitsThatReadBack(ulong value, string text)
    {
        Assert.Equal(text, new BranchId(value).ToString());
        Assert.True(BranchId.TryParse(text, out var branch));
        Assert.Equal(new BranchId(value), branch);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("00000000000000000")]
    [InlineData("0x000000000000ab")]
    [InlineData(" 00000000000000a")]
    [InlineData("00000000000000g0")]
    [InlineData("-000000000000001")]
    public void TryParse_OtherText_IsRefused(string text) => Assert.False(BranchId.TryParse(text, out _));

    [Fact]
    public void Create_ManyTimes_DrawsDifferentBranchesThatAreNotNone()
    {
        var branches = Enumerable.Range(0, 1000).Select(_ => BranchId.Create()).ToHashSet();

        Assert.Equal(1000, branches.Count);
        Assert.DoesNotContain(BranchId.None, branches);
    }
}
