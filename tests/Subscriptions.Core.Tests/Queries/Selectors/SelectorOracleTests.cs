using System.Text.Json.Nodes;
using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;

namespace Subscriptions.Core.Tests.Queries.Selectors;

public sealed class SelectorOracleTests
{
    private const int Selectors = 3000;
    private const int DocumentsPerSelector = 15;

    private static readonly string[] Names = ["a", "b", "c"];
    private static readonly string[] Values = ["null", "true", "false", "0", "1", "-1.5", "2", "\"\"", "\"a\"", "\"b\"", "[]", "[1]", "[1,\"a\"]", "{}", "{\"a\":1}", "[[1]]"];
    private static readonly string[] Comparisons = ["$eq", "$ne", "$lt", "$lte", "$gt", "$gte"];

    [Fact]
    public void Matches_RandomSelectorsAndDocuments_AgreesWithTheOracle()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var matches = 0;
        for (var i = 0; i < Selectors; i++)
        {
            var json = Selector(random, 3);
            var filter = Core.Queries.Selectors.Selector.Parse(json).CreateFilter();
            for (var j = 0; j < DocumentsPerSelector; j++)
            {
                var content = Object(random, 3);
                var expected = SelectorOracle.Matches(JsonNode.Parse(json)!, JsonNode.Parse(content));

                Assert.True(expected == filter.Matches(Put(content)), $"seed {seed}: {json} over {content} is {expected}");
                if (expected) matches++;
            }
        }

        Assert.InRange(matches, Selectors * DocumentsPerSelector / 10, Selectors * DocumentsPerSelector * 9 / 10);
    }

    private static string Selector(Random random, int depth, bool isWithinElements = false) => (depth == 0 ? 3 : random.Next(6)) switch
    {
        0 => $$"""{"{{Pick(random, ["$and", "$or", "$nor"])}}":[{{string.Join(',', Enumerable.Range(0, random.Next(1, 3)).Select(_ => Selector(random, depth - 1, isWithinElements)))}}]}""",
        1 when !isWithinElements => $$"""{"$not":{{Selector(random, depth - 1)}}}""",
        2 => $$"""{"a":{{Condition(random, depth - 1)}},"b":{{Condition(random, depth - 1)}}}""",
        _ => $$"""{"{{Path(random)}}":{{Condition(random, depth - 1)}}}""",
    };

    private static string Condition(Random random, int depth) => random.Next(10) switch
    {
        0 => Pick(random, Values),
        1 or 2 or 3 => $$"""{"{{Pick(random, Comparisons)}}":{{Pick(random, Values)}}}""",
        4 => $$"""{"{{Pick(random, ["$in", "$nin", "$all"])}}":[{{Pick(random, Values)}},{{Pick(random, Values)}}]}""",
        5 => $$"""{"$exists":{{Pick(random, ["true", "false"])}}}""",
        6 => $$"""{"$size":{{random.Next(3)}}}""",
        7 when depth > 0 => $$$"""{"{{{Pick(random, ["$elemMatch", "$allMatch"])}}}":{"{{{Pick(random, Comparisons)}}}":{{{Pick(random, Values)}}}}}""",
        8 when depth > 0 => $$"""{"$not":{{Operators(Condition(random, depth - 1))}}}""",
        _ => $$"""{"$gt":{{Pick(random, Values)}},"$ne":{{Pick(random, Values)}}}""",
    };

    private static string Operators(string condition) => condition is ['{', _, '$', ..] ? condition : $$"""{"$eq":{{condition}}}""";

    private static string Path(Random random) => random.Next(3) == 0 ? $"{Pick(random, Names)}.{Pick(random, ["a", "b", "0", "1"])}" : Pick(random, Names);

    private static string Object(Random random, int depth) =>
        "{" + string.Join(',', Names.Where(_ => random.Next(4) > 0).Select(name => $"\"{name}\":{Value(random, depth - 1)}")) + "}";

    private static string Value(Random random, int depth) => (depth == 0 ? 0 : random.Next(4)) switch
    {
        1 => Object(random, depth),
        2 => $"[{string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => Value(random, depth - 1)))}]",
        _ => Pick(random, Values),
    };

    private static string Pick(Random random, string[] values) => values[random.Next(values.Length)];
}
