using Subscriptions.Server.Hosting;
using Xunit;

namespace Subscriptions.Server.Tests.Hosting;

public sealed class IdleMemoryTests
{
    private const long MiB = 1024 * 1024;
    private readonly IdleMemory _memory = new();

    [Fact]
    public void ShouldCollect_QuietAfterABurst_OnceOnly()
    {
        Assert.False(_memory.ShouldCollect(allocated: 100 * MiB, alive: 10 * MiB));
        Assert.True(_memory.ShouldCollect(allocated: 100 * MiB + 1000, alive: 10 * MiB));
        Assert.False(_memory.ShouldCollect(allocated: 100 * MiB + 2000, alive: 10 * MiB));
    }

    [Fact]
    public void ShouldCollect_ConstantlyBusy_Never()
    {
        for (var second = 1; second < 100; second++) Assert.False(_memory.ShouldCollect(second * MiB, alive: 10 * MiB));
    }

    [Fact]
    public void ShouldCollect_ATrickle_OnlyWhenGarbageHasGathered()
    {
        var collections = 0;
        for (var second = 1; second <= 160; second++)
        {
            if (_memory.ShouldCollect(second * MiB / 10, alive: 10 * MiB)) collections++;
        }

        Assert.Equal(2, collections);
    }

    [Fact]
    public void ShouldCollect_MuchIsAlive_LeavesItToTheCollector()
    {
        Assert.False(_memory.ShouldCollect(allocated: 900 * MiB, alive: 129 * MiB));
        Assert.False(_memory.ShouldCollect(allocated: 900 * MiB, alive: 129 * MiB));
        Assert.True(_memory.ShouldCollect(allocated: 900 * MiB, alive: 128 * MiB));
    }
}
