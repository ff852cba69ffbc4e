using System.Text;
using System.Text.Json;
using Subscriptions.Cli.Benchmarking;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Bench;

public sealed class SampleDocumentsTests
{
    [Theory]
    [InlineData(BenchSettings.LeastSize)]
    [InlineData(BenchSettings.UsualSize)]
    [InlineData(BenchSettings.MostSize)]
    public void Put_OfASize_IsAJsonObjectOfExactlyThatSize(int size)
    {
        var operation = new SampleDocuments(size).Put(7);

        using var content = JsonDocument.Parse(operation.Put.Content.Memory);
        Assert.Equal(size, operation.Put.Content.Length);
        Assert.Equal(JsonValueKind.Object, content.RootElement.ValueKind);
        Assert.Equal(("orders/7", "Orders"), (operation.Id, operation.Put.Collection));
        Assert.Equal(size, Encoding.UTF8.GetByteCount(content.RootElement.GetRawText()));
    }
}
