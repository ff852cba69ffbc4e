using Xunit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>What a documented worker printed of its orders.</summary>
internal sealed class ShippedOrders(DocProcess worker)
{
    /// <summary>Waits until so many are confirmed; none was shipped again after that, and none is left unconfirmed.</summary>
    public async Task CheckAsync(int count)
    {
        await worker.WaitForAsync(lines => lines.Where(IsConfirm).SelectMany(Ids).Distinct().Count() == count);

        var shipped = new HashSet<string>();
        var confirmed = new HashSet<string>();
        foreach (var line in worker.Lines)
        {
            if (IsConfirm(line)) confirmed.UnionWith(Ids(line));
            if (!line.StartsWith("shipped ", StringComparison.Ordinal)) continue;

            var id = line.Split(' ')[1];
            shipped.Add(id);
            Assert.False(confirmed.Contains(id), $"{id} was shipped again after its confirm:\n{string.Join('\n', worker.Lines)}");
        }

        Assert.Equal(shipped.Order(), confirmed.Order());
    }

    private static bool IsConfirm(string line) => line.StartsWith("confirmed ", StringComparison.Ordinal);

    private static IEnumerable<string> Ids(string line) => line.Split(' ').Skip(1);
}
