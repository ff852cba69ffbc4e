using Xunit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>What a documented worker printed of its orders.</summary>
internal sealed class ShippedOrders(DocProcess worker)
{
    /// <summary>
    /// Waits until so many are shipped, and confirmed as far as they were shipped on the last connection. None was shipped again after its confirm, and only what was
    /// shipped last before the connection was lost may lack one: its ack may have come through, and not the confirm.
    /// </summary>
    public async Task CheckAsync(int count)
    {
        await worker.WaitForAsync(lines => IsDone(lines, count), $"{count} orders shipped, and all of the last connection confirmed");

        var confirmed = new HashSet<string>();
        foreach (var line in worker.Lines)
        {
            if (IsConfirm(line)) confirmed.UnionWith(Ids(line));
            if (!IsShipped(line)) continue;

            Assert.False(confirmed.Contains(IdOf(line)), $"{line} came after its confirm:\n{string.Join('\n', worker.Lines)}");
        }

        var lost = worker.Lines.TakeWhile(l => !IsLost(l)).Where(l => IsShipped(l) || IsConfirm(l)).Reverse().TakeWhile(IsShipped).Select(IdOf);
        Assert.Subset(lost.ToHashSet(), worker.Lines.Where(IsShipped).Select(IdOf).Except(confirmed).ToHashSet());
    }

    private static bool IsDone(IReadOnlyList<string> lines, int count)
    {
        if (lines.Where(IsShipped).Select(IdOf).Distinct().Count() != count) return false;

        var last = lines.Reverse().TakeWhile(l => !l.StartsWith("connected", StringComparison.Ordinal)).ToList();
        return !last.Where(IsShipped).Select(IdOf).Except(last.Where(IsConfirm).SelectMany(Ids)).Any();
    }

    private static bool IsShipped(string line) => line.StartsWith("shipped ", StringComparison.Ordinal);

    private static bool IsConfirm(string line) => line.StartsWith("confirmed ", StringComparison.Ordinal);

    private static bool IsLost(string line) => line.StartsWith("disconnected", StringComparison.Ordinal);

    private static string IdOf(string shipped) => shipped.Split(' ')[1];

    private static IEnumerable<string> Ids(string confirm) => confirm.Split(' ').Skip(1);
}
