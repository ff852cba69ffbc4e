using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;
using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;
using static Subscriptions.Core.Tests.Queries.Viewing;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QuerySelectTests
{
    private const string Order =
        """{"ShipVia":"shippers/2","ShipTo":{"City":"Reims","Zip": 51100},"Freight":32.380,"Lines":[{"Product":"p/1","Price":14.0},{"Product":"p/2"},{"Product":"p/3","Price":9e0}],"Tags":["a","b"],"Gift":null}""";

    [Theory]
    [InlineData("ShipVia as Via, Freight", """{"Via":"shippers/2","Freight":32.380}""")]
    [InlineData("x.ShipTo.City, x.ShipTo", """{"City":"Reims","ShipTo":{"City":"Reims","Zip": 51100}}""")]
    [InlineData("Missing, Gift, ShipTo.Nowhere.Deeper", """{"Missing":null,"Gift":null,"Deeper":null}""")]
    [InlineData("id(), id(x) as Id", """{"id":"orders/1","Id":"orders/1"}""")]
    [InlineData("Tags, Tags[] as All", """{"Tags":["a","b"],"All":["a","b"]}""")]
    [InlineData("Lines[].Price", """{"Price":[14.0,null,9e0]}""")]
    [InlineData("Lines[].Product as Ids, ShipVia[] as None, Missing[].a", """{"Ids":["p/1","p/2","p/3"],"None":null,"a":null}""")]
    [InlineData("`ShipVia` as `a \"b\"`", """{"a \"b\"":"shippers/2"}""")]
    public void Apply_SelectedFields_AreCopiedAsTheyStand(string select, string expected) => Assert.Equal(expected, Select(select, Order));

    [Theory]
    [InlineData("{ Id: id(), Ship: x.ShipVia, Total: x.Lines[].Price }", """{"Id":"orders/1","Ship":"shippers/2","Total":[14.0,null,9e0]}""")]
    [InlineData("{ a: { b: { City: ShipTo.City }, c: 1.50 }, d: 'it''s' }", null)]
    [InlineData("{ a: { b: { City: ShipTo.City }, c: 1.50 }, d: \"x\\n\" }", """{"a":{"b":{"City":"Reims"},"c":1.50},"d":"x\n"}""")]
    [InlineData("{}", "{}")]
    [InlineData("{ t: true, f: false, n: null, e: {} }", """{"t":true,"f":false,"n":null,"e":{}}""")]
    [InlineData("{ All: x }", """{"All":""" + Order + "}")]
    public void Apply_SelectedObject_IsBuilt(string select, string? expected)
    {
        if (expected is null) Assert.Throws<QueryException>(() => Select(select, Order));
        else Assert.Equal(expected, Select(select, Order));
    }

    [Fact]
    public void Apply_SelectedParameters_StandAsJson() =>
        Assert.Equal(
            """{"a":1.0,"b":"é\"","c":[1, {"d":null}],"d":{"e":1}}""",
            Select("$a as a, $b as b, $c as c, $d as d", Order, """{"a":1.0,"b":"\u00e9\"","c":[1, {"d":null}],"d":{"e":1}}"""));

    [Theory]
    [InlineData("""{"a":[{"b":[1,2]},{"b":[]},{"b":3},{},{"b":[4]}]}""", "[1,2,null,null,4]")]
    [InlineData("""{"a":[]}""", "[]")]
    [InlineData("""{"a":7}""", "null")]
    [InlineData("{}", "null")]
    public void Apply_ElementsOfElements_AreOneArrayWithNullWhereTheyAreMissing(string content, string expected) =>
        Assert.Equal($$"""{"b":{{expected}}}""", Select("a[].b[]", content));

    [Fact]
    public void Apply_PropertyThatStandsTwice_IsTheFirst() => Assert.Equal("""{"a":1}""", Select("a", """{"a":1,"a":2}"""));

    [Fact]
    public void Apply_EscapedNamesAndValues_AreFoundAndKeptAsWritten() =>
        Assert.Equal("""{"é":"\u0041\/"}""", Select("`é`", "{\"\\u00e9\":\"\\u0041\\/\"}"));

    [Fact]
    public void Apply_SelectedContent_IsMemoryOfItsOwn()
    {
        var view = View("from Orders select a");

        var first = view.Apply(Put("""{"a":1}"""));
        var second = view.Apply(Put("""{"a":22}"""));

        Assert.Equal(("""{"a":1}""", """{"a":22}"""), (Text(first), Text(second)));
    }

    [Fact]
    public void Apply_SelectedChange_KeepsEverythingElse()
    {
        var change = new Change
        {
            Id = "orders/1",
            Collection = "Orders",
            Partition = 3,
            Seqno = 9,
            Revision = new Revision(2, 77),
            Kind = ChangeKind.Put,
            Content = "{}"u8.ToArray(),
            ExpiresAt = DateTimeOffset.UnixEpoch.AddDays(1),
            ChangedAt = DateTimeOffset.UnixEpoch.AddDays(2),
            Origin = new TraceOrigin(1, 2),
        };

        var selected = View("from Orders select a").Apply(change)!;

        Assert.Equal(
            (change.Id, change.Collection, change.Partition, change.Seqno, change.Revision, change.Kind, change.ExpiresAt, change.ChangedAt, change.Origin),
            (selected.Id, selected.Collection, selected.Partition, selected.Seqno, selected.Revision, selected.Kind, selected.ExpiresAt, selected.ChangedAt, selected.Origin));
        Assert.Null(selected.Error);
    }

    [Fact]
    public void Apply_DocumentThatDoesNotMatch_GivesNothing()
    {
        var view = View("from Orders where a = 1 select b");

        Assert.Null(view.Apply(Put("""{"a":2,"b":3}""")));
        Assert.Null(view.Apply(Put("""{"a":1,"b":3}""", collection: "Customers")));
        Assert.Equal("""{"b":3}""", Text(view.Apply(Put("""{"a":1,"b":3}"""))));
    }

    [Fact]
    public void Apply_WithoutSelect_GivesTheChangeItself()
    {
        var change = Put("""{"a":1}""");

        Assert.Same(change, View("from Orders where a = 1").Apply(change));
    }

    [Theory]
    [InlineData(ChangeKind.Delete)]
    [InlineData(ChangeKind.Expiry)]
    public void Apply_Tombstone_PassesAsItIs(ChangeKind kind)
    {
        var tombstone = Tombstone(kind);

        Assert.Same(tombstone, View("from Orders where a = 1 select a").Apply(tombstone));
        Assert.Null(View("from Customers select a").Apply(tombstone));
    }

    [Fact]
    public void Apply_ContentThatIsNoJson_IsDeliveredWithItsError()
    {
        var failed = View("from Orders select a, b").Apply(Put("""{"a":1,"b":"""));

        Assert.Equal("the content is not valid JSON, or nests too deep", failed!.Error);
        Assert.True(failed.Content.IsEmpty);
    }

    [Fact]
    public void Apply_SelectionThatMultipliesADocument_IsStoppedAtTheLimit()
    {
        var limits = new QueryLimits { MaxResultBytes = 1000 };
        var view = new QueryCompiler(limits).Compile("from Orders as x select { a: x, b: x, c: x }").CreateView();

        Assert.Equal((3 * 300) + "{\"a\":,\"b\":,\"c\":}".Length, view.Apply(Put($$"""{"a":"{{new string('y', 300 - 8)}}"}"""))!.Content.Length);
        var failed = view.Apply(Put($$"""{"a":"{{new string('y', 400)}}"}"""));
        Assert.Equal("what is selected is larger than 1000 bytes, which is the most that a query may make of a document", failed!.Error);
    }

    [Theory]
    [InlineData("x", "line 1, column 25: x needs a name here: x as name")]
    [InlineData("1", "line 1, column 25: 1 needs a name here: 1 as name")]
    [InlineData("x[]", "line 1, column 25: x[] needs a name here: x[] as name")]
    [InlineData("a, b.a", "line 1, column 28: 'a' is selected twice; give one of them another name with 'as'")]
    [InlineData("$p as a", "line 1, column 25: no value was given for the parameter $p")]
    public void Compile_SelectionThatCannotBeMade_SaysWhereAndWhy(string select, string message) =>
        Assert.Equal(message, Assert.Throws<QueryException>(() => Select(select, "{}")).Message);

    [Fact]
    public void Compile_TooManyValues_NamesTheLimit()
    {
        static string Values(int count) => "{ " + string.Join(", ", Enumerable.Range(0, count).Select(i => $"p{i}: a")) + " }";

        Assert.Equal(1000, JsonDocument.Parse(Select(Values(1000), "{}")).RootElement.EnumerateObject().Count());
        Assert.EndsWith("a query selects at most 1000 values", Assert.Throws<QueryException>(() => Select(Values(1001), "{}")).Message, StringComparison.Ordinal);
    }
}
