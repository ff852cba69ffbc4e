using Subscriptions.Core.Documents;
using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryPathTests
{
    [Theory]
    [InlineData("a.b.c = 1", """{"a":{"b":{"c":1}}}""", true)]
    [InlineData("x.a.b.c = 1", """{"a":{"b":{"c":1}}}""", true)]
    [InlineData("a.b.c = 1", """{"z":[{"a":{"b":{"c":1}}}],"a":{"y":{"b":2},"b":{"d":0,"c":1,"e":3}}}""", true)]
    [InlineData("a.b = 1", """{"a":{"c":{"b":1}}}""", false)]
    [InlineData("a.b = 1 and a.c = 2 and d = 3", """{"d":3,"a":{"c":2,"x":[{"b":9}],"b":1}}""", true)]
    [InlineData("a = null and a.b = 1", """{"a":{"b":1}}""", false)]
    [InlineData("exists(a) and a.b = 1", """{"a":{"b":1}}""", true)]
    [InlineData("a.`weird name`.'😀' = 1", """{"a":{"weird name":{"\ud83d\ude00":1}}}""", true)]
    [InlineData("`` = 1", """{"":1}""", true)]
    [InlineData("`x`.x = 1 and x.y = 2", """{"x":{"x":1},"y":2}""", true)]
    [InlineData("`a.b` = 1", """{"a":{"b":1}}""", false)]
    [InlineData("a.b = 1", """{"a.b":1}""", false)]
    [InlineData("A = 1", """{"a":1}""", false)]
    public void Path_ThroughObjects_FindsTheProperty(string where, string content, bool matches) =>
        Assert.Equal(matches, Matches(where, content));

    [Theory]
    [InlineData("a[].b = 2", true)]
    [InlineData("a[].b = 4", false)]
    [InlineData("a[].b != 2", true)]
    [InlineData("not a[].b = 2", false)]
    [InlineData("a[].b = null", true)]
    [InlineData("a[].b > 2", true)]
    [InlineData("a[].b between 2 and 2", true)]
    [InlineData("a[].b in (7, 3)", true)]
    [InlineData("2 = a[].b", true)]
    [InlineData("c = a[].b", true)]
    [InlineData("a[].d[].e = 'x'", true)]
    [InlineData("a[].d[].e = 'z'", false)]
    [InlineData("a.b = 2", false)]
    [InlineData("a[][] = 2", false)]
    [InlineData("m[][] = 4", true)]
    [InlineData("m[] = 5", true)]
    [InlineData("m[][] = 5", false)]
    [InlineData("e[] = null", false)]
    [InlineData("e[] != 1", false)]
    [InlineData("not e[] = 1", true)]
    [InlineData("e[].f = null", false)]
    [InlineData("none[] = null", true)]
    [InlineData("none[].a[] != 1", true)]
    [InlineData("c[] = null", true)]
    [InlineData("c[] = 3", false)]
    public void Path_ThroughElements_HoldsWhenAnyElementDoes(string where, bool matches)
    {
        const string Content = """{"e":[],"a":[{"b":1,"d":[]},{"b":2},{"b":3,"d":[{"e":"y"},{"e":"x"}]},{"q":1},7],"c":3,"m":[[1,2],[3,4],5]}""";

        Assert.Equal(matches, Matches(where, Content));
    }

    [Theory]
    [InlineData("a = 1")]
    [InlineData("a = 1 and b = 2")]
    [InlineData("a = 1 and c[] = 3")]
    public void Path_ToAPropertyThatStandsTwice_FindsTheFirst(string where)
    {
        Assert.True(Matches(where, """{"a":1,"a":2,"c":[3],"c":[4],"b":2,"b":3}"""));
        Assert.False(Matches(where, """{"a":2,"a":1,"c":[4],"c":[3],"b":3,"b":2}"""));
    }

    [Fact]
    public void Path_ToAPropertyOfAnObjectThatStandsTwice_LooksIntoTheFirstOnly()
    {
        Assert.False(Matches("a.b = 1", """{"a":{},"a":{"b":1}}"""));
        Assert.False(Matches("a.b = 1", """{"a":null,"a":{"b":1}}"""));
    }

    [Fact]
    public void Path_ToAnEscapedName_FindsIt() => Assert.True(Matches("größe.b = 1", """{"gr\u00f6\u00dfe":{"\u0062":1}}"""));

    [Fact]
    public void Path_AmongManyPaths_FindsEach()
    {
        var names = Enumerable.Range(0, 100).Select(i => $"p{i * 37 % 100}").ToArray();
        var where = string.Join(" and ", names.Select(name => $"{name} = '{name}'"));

        Assert.True(Matches(where, "{" + string.Join(',', names.Reverse().Select(name => $"\"{name}\":\"{name}\"")) + "}"));
        Assert.False(Matches(where, "{" + string.Join(',', names.Skip(1).Select(name => $"\"{name}\":\"{name}\"")) + "}"));
    }

    [Theory]
    [InlineData("a = 1", false)]
    [InlineData("a = null", true)]
    [InlineData("not exists(a)", true)]
    [InlineData("a[].b = null", true)]
    [InlineData("id() = 'orders/1'", true)]
    [InlineData("x = null", true)]
    public void Path_InATombstone_IsMissing(string where, bool matches)
    {
        var filter = Filter("from Orders as x where " + where);

        Assert.Equal(matches, filter.Matches(Tombstone()));
        Assert.Equal(matches, filter.Matches(Tombstone(ChangeKind.Expiry)));
    }

    [Fact]
    public void Matches_OneDocumentAfterAnother_RemembersNothing()
    {
        var filter = Filter("from Orders where a[].b = 'y' or c = 'x\\n'");

        Assert.True(filter.Matches(Put("""{"a":[{"b":"y"}]}""")));
        Assert.False(filter.Matches(Put("""{"a":[{"b":"n"}]}""")));
        Assert.True(filter.Matches(Put("""{"c":"x\n"}""")));
        Assert.False(filter.Matches(Put("{}")));
        Assert.False(filter.Matches(Tombstone()));
        Assert.True(filter.Matches(Put($$"""{"a":[{{string.Concat(Enumerable.Repeat("1,", 20_000))}}{"b":"\u0079"}],"c":"{{new string('x', 100_000)}}\n"}""")));
        Assert.False(filter.Matches(Put("""{"a":[1]}""")));
    }
}
