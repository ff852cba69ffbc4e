using System.Text;
using Subscriptions.TestKit;
using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryFilterTests
{
    [Theory]
    [InlineData("from Orders", "Orders")]
    [InlineData("from Orders where a = 1", "Orders")]
    [InlineData("from @empty", "@empty")]
    [InlineData("from @all_docs where a = 1", null)]
    public void Collection_OfAFilter_IsTheQuerys(string query, string? collection)
    {
        Assert.Equal(collection, Filter(query).Collection);
        Assert.Equal(collection, Compile(query).Collection);
    }

    [Theory]
    [InlineData("from Orders", "Orders", true)]
    [InlineData("from Orders", "orders", false)]
    [InlineData("from Orders where a = 1", "Orders", true)]
    [InlineData("from Orders where a = 1", "Customers", false)]
    [InlineData("from @empty", "@empty", true)]
    [InlineData("from @empty", "Orders", false)]
    [InlineData("from @all_docs", "Customers", true)]
    [InlineData("from @all_docs where a = 1", "Customers", true)]
    public void Matches_DocumentOfACollection_ComparesNamesExactly(string query, string collection, bool matches) =>
        Assert.Equal(matches, Filter(query).Matches(Put("""{"a":1}""", collection: collection)));

    [Theory]
    [InlineData("from @empty", false)]
    [InlineData("from @empty where id() != ''", false)]
    [InlineData("from @all_docs", true)]
    [InlineData("from @all_docs where startsWith(id(), '_design/')", true)]
    public void Matches_DesignDocument_PassesOnlyQueriesOverAllDocuments(string query, bool matches) =>
        Assert.Equal(matches, Filter(query).Matches(Put("{}", "_design/app", "@empty")));

    [Fact]
    public void Matches_WithoutWhere_PassesEverythingOfTheCollection()
    {
        var filter = Filter("from Orders");

        Assert.True(filter.Matches(Put("{}")));
        Assert.True(filter.Matches(Put("not json")));
        Assert.True(filter.Matches(Tombstone()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("[{\"a\":2}]")]
    [InlineData("\"a\"")]
    public void Matches_ContentThatIsNoObject_HasNoPaths(string content)
    {
        Assert.False(Matches("a = 2", content));
        Assert.Equal(content != " ", Matches("not a = 2", content));
    }

    [Theory]
    [InlineData("{\"b\":")]
    [InlineData("{\"b\":1,}")]
    [InlineData("{\"b\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("not json")]
    public void Matches_BrokenContent_DoesNotMatchWhateverTheCondition(string content)
    {
        Assert.False(Matches("b = 1 or a = 1", content));
        Assert.False(Matches("not (b = 1 or a = 1)", content));
    }

    [Fact]
    public void Matches_ContentDeeperThanDocumentsMayBe_DoesNotMatch()
    {
        static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

        Assert.True(Matches("not exists(b)", Nested(128)));
        Assert.False(Matches("not exists(b)", Nested(129)));
        Assert.False(Matches("not exists(b)", Nested(100_000)));
        Assert.True(Matches(string.Join('.', Enumerable.Repeat("a", 128)) + " = 1", Nested(128)));
    }

    [Fact]
    public void Matches_InvalidUtf8_DoesNotThrow()
    {
        byte[] content = [.. "{\"a\":\""u8, 0xff, 0xc0, .. "\",\"\\n"u8, 0xff, .. "\":1}"u8];

        Assert.False(Filter("from Orders where a = 'x'").Matches(Put(content)));
        Assert.False(Filter("from Orders where regex(a, 'x')").Matches(Put(content)));
        Assert.False(Filter("from Orders where b = 1 or not b = 1").Matches(Put(content)));
    }

    [Fact]
    public void Matches_RandomBytesAndCutContents_NeverThrows()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var filter = Filter("from Orders as x where not (a.b[].c = 'x' or regex(d, '^y') or e in (1, 2) or x.f[][] > 1.5)");
        var valid = """{"a":{"b":[{"c":"\u0078"},{"c":1}]},"d":"\u0079\ud83d\ude00","e":1e5,"f":[[1,2],[3]],"g":{"h":[null,true]}}"""u8.ToArray();
        for (var i = 0; i < 50_000; i++)
        {
            var content = valid[..random.Next(valid.Length + 1)];
            for (var edits = random.Next(5); edits > 0 && content.Length > 0; edits--) content[random.Next(content.Length)] = (byte)random.Next(256);
            try
            {
                filter.Matches(Put(content));
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, content {i} gave {e}: {Convert.ToHexString(content)}");
            }
        }
    }

    [Fact]
    public void Matches_IdLongerThanIdsMayBe_IsStillCompared()
    {
        var id = new string('é', 600);

        Assert.True(Filter($"from Orders where endsWith(id(), 'é') and id() = '{id}'").Matches(Put("{}", id)));
    }

    [Theory]
    [InlineData("Ship.Via = 'ups' and Lines[].Price > 10.5")]
    [InlineData("id() = 'orders/1' or Number in (1, 2, 3) and not Number between 5 and 6")]
    [InlineData("regex(Ship.Via, '^u') and startsWith(Escaped, 'a') and Big > 1e30")]
    public void Matches_OnceWarm_AllocatesNothing(string where)
    {
        var filter = Filter("from Orders where " + where);
        var change = Put("""{"Ship":{"Via":"ups"},"Lines":[{"Price":1},{"Price":12.25}],"Number":7,"Escaped":"\u0061b","Big":123456789012345678901234567890.5}""");
        for (var i = 0; i < 100; i++) filter.Matches(change);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) filter.Matches(change);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task CreateFilter_ForManyReaders_SharesNothingThatChanges()
    {
        var query = Compile("from Orders where Lines[].Price = $p and regex(Name, '^n') and Text = 'a\\nb'", """{"p":7}""");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(reader => Task.Run(
            () =>
            {
                var filter = query.CreateFilter();
                for (var i = 0; i < 2000; i++)
                {
                    var price = (i + reader) % 10;
                    var content = $$"""{"Lines":[{"Price":{{price}}}],"Name":"n{{i}}","Text":"a\nb"}""";
                    Assert.Equal(price == 7, filter.Matches(Put(Encoding.UTF8.GetBytes(content))));
                }
            },
            TestContext.Current.CancellationToken))).Within();
    }
}
