using Subscriptions.Core.Documents;
using Subscriptions.Core.Validation;
using Xunit;

namespace Subscriptions.Core.Tests.Documents;

public sealed class RevisionLimitsTests
{
    public static TheoryData<string, CollectionRevisions, string> Wrong => new()
    {
        { "", new CollectionRevisions(), "revisions.collection" },
        { "@mine", new CollectionRevisions(), "revisions.collection" },
        { new string('x', 129), new CollectionRevisions(), "revisions.collection" },
        { "Orders", new CollectionRevisions { MaxCount = 0 }, "revisions.max_count" },
        { "Orders", new CollectionRevisions { MaxCount = -1 }, "revisions.max_count" },
        { "Orders", new CollectionRevisions { MaxCount = 1_000_000_001 }, "revisions.max_count" },
        { "Orders", new CollectionRevisions { MaxAge = TimeSpan.Zero }, "revisions.max_age" },
        { "Orders", new CollectionRevisions { MaxAge = TimeSpan.FromDays(36_501) }, "revisions.max_age" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Check_OutsideALimit_NamesTheField(string collection, CollectionRevisions revisions, string field) =>
        Assert.Equal(field, Assert.Throws<InvalidInputException>(() => RevisionLimits.Check(collection, revisions, "revisions")).Field);

    [Fact]
    public void Check_AtTheLimits_Passes()
    {
        RevisionLimits.Check("Orders", null, "revisions");
        RevisionLimits.Check("@empty", new CollectionRevisions { MaxCount = 1, MaxAge = TimeSpan.FromSeconds(1) }, "revisions");
        RevisionLimits.Check("@all_docs", new CollectionRevisions { MaxCount = 1_000_000_000, MaxAge = TimeSpan.FromDays(36_500) }, "revisions");
    }

    [Fact]
    public void Check_TooManyCollections_SaysHowManyThereMayBe()
    {
        var most = Enumerable.Range(0, 1000).Aggregate(RevisionSettings.None, (all, n) => all.With($"c{n}", new CollectionRevisions()));
        RevisionLimits.Check(most, "settings.revisions");

        var e = Assert.Throws<InvalidInputException>(
            () => RevisionLimits.Check(most.With("one more", new CollectionRevisions()), "settings.revisions"));

        Assert.Equal(("settings.revisions", "1001"), (e.Field, e.Value));
        Assert.Contains("1000", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DatabaseCheck_OneCollectionIsWrong_NamesIt()
    {
        var settings = new DatabaseSettings { Revisions = RevisionSettings.None.With("Orders", new CollectionRevisions { MaxCount = 0 }) };

        Assert.Equal(
            "settings.revisions[Orders].max_count", Assert.Throws<InvalidInputException>(() => DatabaseLimits.Check(1, settings)).Field);
    }

    [Fact]
    public void Settings_SameInAnotherOrder_AreEqual()
    {
        var a = RevisionSettings.None.With("A", new CollectionRevisions { MaxCount = 1 }).With("B", new CollectionRevisions());
        var b = RevisionSettings.None.With("B", new CollectionRevisions()).With("A", new CollectionRevisions { MaxCount = 1 });

        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.NotEqual(a, b.With("A", null));
        Assert.Equal(RevisionSettings.None, b.With("A", null).With("B", null));
    }
}
