using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Selectors;
using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;

namespace Subscriptions.Core.Tests.Queries.Selectors;

public sealed class SelectorTests
{
    [Theory]
    [InlineData("{}", "{}", true)]
    [InlineData("""{"a":1}""", """{"a":1.0}""", true)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":1,"b":2}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"a":1,"b":2}""", """{"a":1,"b":3}""", false)]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"b":1,"c":2}}""", true)]
    [InlineData("""{"a.b":1}""", """{"a":{"b":1}}""", true)]
    [InlineData("""{"a\\.b":1}""", """{"a.b":1}""", true)]
    [InlineData("""{"\\$a":1}""", """{"$a":1}""", true)]
    [InlineData("""{"a.1":5}""", """{"a":[4,5]}""", true)]
    [InlineData("""{"a.2":5}""", """{"a":[4,5]}""", false)]
    [InlineData("""{"a.0.b":5}""", """{"a":[{"b":5}]}""", true)]
    [InlineData("""{"a":{}}""", """{"a":{}}""", true)]
    [InlineData("""{"a":{}}""", """{"a":{"b":1}}""", false)]
    [InlineData("""{"a":[1,2]}""", """{"a":[1,2]}""", true)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":{"$eq":{"b":1,"c":2}}}""", """{"a":{"b":1,"c":2}}""", true)]
    [InlineData("""{"a":{"$eq":{"b":1,"c":2}}}""", """{"a":{"c":2,"b":1}}""", false)]
    [InlineData("""{"a":null}""", """{"a":null}""", true)]
    [InlineData("""{"a":null}""", "{}", false)]
    [InlineData("""{"a":{"$gt":null}}""", """{"a":0}""", true)]
    [InlineData("""{"a":{"$lt":"a"}}""", """{"a":99}""", true)]
    [InlineData("""{"a":{"$gt":true}}""", """{"a":false}""", false)]
    [InlineData("""{"a":{"$gte":3,"$lt":5}}""", """{"a":4}""", true)]
    [InlineData("""{"a":{"$gte":3,"$lt":5}}""", """{"a":5}""", false)]
    [InlineData("""{"a":{"$gt":[1]}}""", """{"a":[1,0]}""", true)]
    [InlineData("""{"a":{"$gt":[9]}}""", """{"a":{}}""", true)]
    [InlineData("""{"a":{"$ne":1}}""", """{"a":2}""", true)]
    [InlineData("""{"a":{"$ne":1}}""", "{}", false)]
    [InlineData("""{"a":{"$in":[1,"x"]}}""", """{"a":"x"}""", true)]
    [InlineData("""{"a":{"$in":[1,"x"]}}""", """{"a":[5,1]}""", true)]
    [InlineData("""{"a":{"$in":[]}}""", """{"a":1}""", false)]
    [InlineData("""{"a":{"$nin":[1]}}""", """{"a":2}""", true)]
    [InlineData("""{"a":{"$nin":[1]}}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":{"$nin":[1]}}""", "{}", false)]
    [InlineData("""{"a":{"$all":[1,2]}}""", """{"a":[2,3,1]}""", true)]
    [InlineData("""{"a":{"$all":[1,2]}}""", """{"a":[1]}""", false)]
    [InlineData("""{"a":{"$all":[[1,2]]}}""", """{"a":[1,2]}""", true)]
    [InlineData("""{"a":{"$all":[]}}""", """{"a":[1]}""", false)]
    [InlineData("""{"a":{"$all":[1]}}""", """{"a":1}""", false)]
    [InlineData("""{"a":{"$elemMatch":{"$gt":1,"$lt":3}}}""", """{"a":[0,2,5]}""", true)]
    [InlineData("""{"a":{"$elemMatch":{"$gt":1,"$lt":3}}}""", """{"a":[0,5]}""", false)]
    [InlineData("""{"a":{"$elemMatch":{"b":1,"c":2}}}""", """{"a":[{"b":1},{"b":1,"c":2}]}""", true)]
    [InlineData("""{"a":{"$elemMatch":{"b":1,"c":2}}}""", """{"a":[{"b":1},{"c":2}]}""", false)]
    [InlineData("""{"a":{"$elemMatch":{"$not":{"b":1}}}}""", """{"a":[{"c":1}]}""", true)]
    [InlineData("""{"a":{"$elemMatch":{"b":{"$not":{"$eq":1}}}}}""", """{"a":[{"c":1}]}""", true)]
    [InlineData("""{"a":{"$elemMatch":{"$eq":1}}}""", """{"a":1}""", false)]
    [InlineData("""{"a":{"$allMatch":{"$gt":1}}}""", """{"a":[2,3]}""", true)]
    [InlineData("""{"a":{"$allMatch":{"$gt":1}}}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":{"$allMatch":{"$gt":1}}}""", """{"a":[]}""", false)]
    [InlineData("""{"a":{"$keyMapMatch":{"$eq":"b"}}}""", """{"a":{"c":1,"b":2}}""", true)]
    [InlineData("""{"a":{"$keyMapMatch":{"$regex":"^x"}}}""", """{"a":{"c":1,"b":2}}""", false)]
    [InlineData("""{"a":{"$keyMapMatch":{"$eq":"b"}}}""", """{"a":["b"]}""", false)]
    [InlineData("""{"a":{"$exists":true}}""", """{"a":null}""", true)]
    [InlineData("""{"a":{"$exists":true}}""", "{}", false)]
    [InlineData("""{"a":{"$exists":false}}""", "{}", true)]
    [InlineData("""{"a":{"$exists":false}}""", """{"a":1}""", false)]
    [InlineData("""{"a.b":{"$exists":false}}""", "{}", true)]
    [InlineData("""{"a":{"b":{"$exists":false}}}""", "{}", true)]
    [InlineData("""{"a.b":{"$exists":false}}""", """{"a":1}""", false)]
    [InlineData("""{"a":{"$type":"array"}}""", """{"a":[]}""", true)]
    [InlineData("""{"a":{"$type":"boolean"}}""", """{"a":true}""", true)]
    [InlineData("""{"a":{"$type":"number"}}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":{"$size":2}}""", """{"a":[1,2]}""", true)]
    [InlineData("""{"a":{"$size":2}}""", """{"a":"ab"}""", false)]
    [InlineData("""{"a":{"$mod":[3,1]}}""", """{"a":7}""", true)]
    [InlineData("""{"a":{"$mod":[3,-1]}}""", """{"a":-7}""", true)]
    [InlineData("""{"a":{"$mod":[3,1]}}""", """{"a":7.0}""", false)]
    [InlineData("""{"a":{"$mod":[10,5]}}""", """{"a":92233720368547758075}""", true)]
    [InlineData("""{"a":{"$mod":[-1,0]}}""", """{"a":-9223372036854775808}""", true)]
    [InlineData("""{"a":{"$regex":"^b+$"}}""", """{"a":"bb"}""", true)]
    [InlineData("""{"a":{"$regex":"1"}}""", """{"a":1}""", false)]
    [InlineData("""{"a":{"$beginsWith":"ab"}}""", """{"a":"abc"}""", true)]
    [InlineData("""{"a":{"$beginsWith":"ab"}}""", """{"a":"b"}""", false)]
    [InlineData("""{"$and":[{"a":1},{"b":2}]}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"$and":[]}""", "{}", true)]
    [InlineData("""{"$or":[{"a":1},{"b":2}]}""", """{"b":2}""", true)]
    [InlineData("""{"$or":[{"a":1},{"b":2}]}""", "{}", false)]
    [InlineData("""{"$or":[]}""", "{}", true)]
    [InlineData("""{"$nor":[{"a":1},{"b":2}]}""", """{"a":2,"b":1}""", true)]
    [InlineData("""{"$nor":[{"a":1},{"b":2}]}""", """{"a":2}""", false)]
    [InlineData("""{"$not":{"a":1}}""", """{"a":2}""", true)]
    [InlineData("""{"$not":{"a":1}}""", "{}", false)]
    [InlineData("""{"$not":{"a":{"$exists":true}}}""", "{}", true)]
    [InlineData("""{"a":{"$not":{"$size":1}}}""", """{"a":[1,2]}""", true)]
    [InlineData("""{"a":{"$not":{"$size":1}}}""", "{}", false)]
    [InlineData("""{"$not":{"$and":[{"a":{"$gt":1}},{"b":1}]}}""", """{"a":1}""", true)]
    [InlineData("""{"a":{"$or":[{"$eq":1},{"$eq":2}]}}""", """{"a":2}""", true)]
    [InlineData("""{"a":1}""", """{"a":1,"a":2}""", true)]
    [InlineData("""{"a":1}""", "not json", false)]
    public void Matches_SelectorAndDocument_IsWhatCouchDbSays(string selector, string document, bool expected) =>
        Assert.Equal(expected, Selector.Parse(selector).CreateFilter().Matches(Put(document)));

    [Theory]
    [InlineData("""{"_id":"orders/1"}""", true)]
    [InlineData("""{"_id":{"$gt":"orders/2"}}""", false)]
    [InlineData("""{"_rev":{"$regex":"^3-"}}""", true)]
    [InlineData("""{"_deleted":true}""", false)]
    [InlineData("""{"_deleted":{"$exists":false}}""", true)]
    [InlineData("""{"a":{"_id":"x"}}""", true)]
    public void Matches_FieldsThatAreNotInTheContent_AreThereToo(string selector, bool expected)
    {
        var change = new Change
        {
            Id = "orders/1",
            Collection = "Orders",
            Partition = 0,
            Seqno = 1,
            Revision = new Revision(3, 7),
            Kind = ChangeKind.Put,
            Content = """{"_id":"other","a":{"_id":"x"}}"""u8.ToArray(),
        };

        Assert.Equal(expected, Selector.Parse(selector).CreateFilter().Matches(change));
    }

    [Fact]
    public void Matches_Tombstones_HaveNoMoreThanIdRevisionAndMark()
    {
        static bool Matches(string selector) => Selector.Parse(selector).CreateFilter().Matches(Tombstone());

        Assert.True(Matches("""{"_deleted":true,"_id":"orders/1"}"""));
        Assert.True(Matches("{}"));
        Assert.False(Matches("""{"a":{"$gt":null}}"""));
    }

    [Theory]
    [InlineData("[]", "", "a selector is a JSON object, not []")]
    [InlineData("{\"a\":", "", "the selector is not valid JSON at line 1, byte 6, or nests deeper than 100 levels")]
    [InlineData("""{"a":{"$foo":1}}""", "/a/$foo", "/a/$foo: Invalid operator: $foo")]
    [InlineData("""{"$near":1}""", "/$near", "/$near: the operator $near is not supported")]
    [InlineData("""{"a":{"$in":5}}""", "/a/$in", "/a/$in: Bad argument for operator $in: expected an array, found 5")]
    [InlineData("""{"$or":[{"a":1},2]}""", "/$or/1", "/$or/1: Bad argument for operator $or: expected an array of selectors, found 2")]
    [InlineData("""{"$not":1}""", "/$not", "/$not: Bad argument for operator $not: expected an object, found 1")]
    [InlineData("""{"a":{"$exists":1}}""", "/a/$exists", "/a/$exists: Bad argument for operator $exists: expected true or false, found 1")]
    [InlineData("""{"a":{"$type":1}}""", "/a/$type", "/a/$type: Bad argument for operator $type: expected a string, found 1")]
    [InlineData("""{"a":{"$size":-1}}""", "/a/$size", "/a/$size: Bad argument for operator $size: expected a whole number that is not negative, found -1")]
    [InlineData("""{"a":{"$mod":[0,1]}}""", "/a/$mod", "/a/$mod: Bad argument for operator $mod: expected [divisor, remainder], two whole numbers of which the first is not 0, found [0,1]")]
    [InlineData("""{"a":{"$mod":[1]}}""", "/a/$mod", "/a/$mod: Bad argument for operator $mod: expected [divisor, remainder], two whole numbers of which the first is not 0, found [1]")]
    [InlineData("""{"a":{"$regex":"("}}""", "/a/$regex", "/a/$regex: Bad argument for operator $regex: the regular expression is not valid at its character 2: InsufficientClosingParentheses")]
    [InlineData("""{"a":{"$elemMatch":1}}""", "/a/$elemMatch", "/a/$elemMatch: Bad argument for operator $elemMatch: expected an object, found 1")]
    [InlineData("""{"a":{"$beginsWith":1}}""", "/a/$beginsWith", "/a/$beginsWith: Bad argument for operator $beginsWith: expected a string, found 1")]
    [InlineData("""{"a..b":1}""", "/a..b", "/a..b: 'a..b' is no field: a step between its dots is empty; a dot that belongs to a name has a backslash before it")]
    [InlineData("""{"a/b":{"$x":1}}""", "/a~1b/$x", "/a~1b/$x: Invalid operator: $x")]
    public void Parse_WhatIsNoSelector_SaysWhereAndWhatWasExpected(string selector, string place, string message)
    {
        var error = Assert.Throws<SelectorException>(() => Selector.Parse(selector));

        Assert.Equal(message, error.Message);
        Assert.Equal(place, error.Place);
        Assert.Equal(place.Contains('$', StringComparison.Ordinal) ? place.Split('/').Last(s => s.StartsWith('$')) : null, error.Operator);
    }

    [Fact]
    public void Parse_BeyondTheLimits_IsRefused()
    {
        static string Conditions(int count) => "{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"a{i}\":1")) + "}";
        static string Elements(int count) => "{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"a{i}\":{{\"$in\":[1]}}")) + "}";
        static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

        Assert.NotNull(Selector.Parse(Conditions(1000)));
        Assert.Contains("at most 1000 conditions", Assert.Throws<SelectorException>(() => Selector.Parse(Conditions(1001))).Message, StringComparison.Ordinal);
        Assert.NotNull(Selector.Parse(Elements(100)));
        Assert.Contains("at most 100 conditions on elements and lists", Assert.Throws<SelectorException>(() => Selector.Parse(Elements(101))).Message, StringComparison.Ordinal);
        Assert.NotNull(Selector.Parse(Nested(100)));
        Assert.Throws<SelectorException>(() => Selector.Parse(Nested(101)));
        Assert.Contains("Limits:QueryBytes", Assert.Throws<SelectorException>(() => Selector.Parse(Conditions(10), new QueryLimits { MaxTextBytes = 20 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matches_RegexThatTakesTooLong_DoesNotMatch()
    {
        var selector = Selector.Parse("""{"$nor":[{"a":{"$regex":"^(?=(a+)+$)b"}}]}""", new QueryLimits { RegexTime = TimeSpan.FromMilliseconds(500) });

        Assert.False(selector.CreateFilter().Matches(Put($$"""{"a":"{{new string('a', 40)}}!"}""")));
        Assert.True(selector.CreateFilter().Matches(Put("""{"a":"c"}""")));
    }
}
