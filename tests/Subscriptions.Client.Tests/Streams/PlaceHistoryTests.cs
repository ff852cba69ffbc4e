using Xunit;

namespace Subscriptions.Client.Tests.Streams;

public sealed class PlaceHistoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Add_Thousands_KeepsFewAndGoesBackAboutTwiceAsFarAtWorst(int seed)
    {
        var random = new Random(seed);
        var history = new PlaceHistory([PartitionPosition.Beginning]);
        var seqno = 0L;
        for (var i = 0; i < 5000; i++) history.Add(PlaceAt(seqno += random.Next(1, 4)));

        Assert.InRange(history.Places.Count, 2, PlaceHistory.Most);
        Assert.Equal((0, seqno), (history.Places[0].Seqno, history.Places[^1].Seqno));
        for (var back = 32; back < seqno; back *= 2)
        {
            var place = new PlaceHistory(history.Places).GoBack(seqno - back)!;
            Assert.InRange(seqno - place.Seqno, back, 8 * back);
        }
    }

    [Fact]
    public void GoBack_BeforeTheFirst_HasNone()
    {
        var history = new PlaceHistory([PlaceAt(40), PlaceAt(50)]);

        Assert.Null(history.GoBack(39));
        Assert.Empty(history.Places);
    }

    [Fact]
    public void GoBack_ToAKeptPlace_IsThatAndForgetsWhatIsBeyond()
    {
        var history = new PlaceHistory([PlaceAt(40), PlaceAt(50), PlaceAt(60)]);

        Assert.Equal(50, history.GoBack(50)!.Seqno);
        Assert.Equal([40, 50], history.Places.Select(place => place.Seqno));
    }

    private static PartitionPosition PlaceAt(long seqno) => new() { Seqno = seqno, SnapshotStart = seqno, SnapshotEnd = seqno };
}
