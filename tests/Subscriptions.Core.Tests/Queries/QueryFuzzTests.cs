using System.Text;
using Subscriptions.Core.Queries;
using Xunit;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryFuzzTests
{
    private static readonly string[] Seeds =
    [
        "from Orders as x where x.ShipVia = 'ups' and not (x.Total < 10.5 or x.Lines[].Price in (1, -2e3, $p, null))",
        "declare function f(a) { return /[}]/.test(a.b) ? '}' : {}; } from 'my orders' (Revisions = true) as o where f(o) select { A: o.a, B: { c: id() } } include o.c",
        "from @all_docs where id() between 'a' and \"b\\u00e9\" or startsWith(`weird \\` name`.'b', 'x') // end\n and exists(a[].b[])",
        "from @empty where regex(a, '^(a|b)+$') /* c */ or contains(b, 'x') <> true select a as b, c",
    ];

    private static readonly string[] Fragments =
    [
        "from", "where", "select", "include", "declare function", "and", "or", "not", "in", "between", "(", ")", "[", "]", "{", "}", ".", ",", "'", "\"", "`",
        "\\", "\\u", "$", "@", "/*", "*/", "//", "\n", "\0", "\ud800", "\udc00", "😀", "-", "0", "1e", "9999999999", "=", "!", "<", ">", ":", "é", "\u0085", "((((((((",
    ];

    [Fact]
    public void Parse_MutatedQueries_GivesAQueryOrAQueryException()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = Mutate(random);
            try
            {
                var query = SubscriptionQuery.Parse(text);
                Assert.Equal(query, SubscriptionQuery.Parse(query.ToString()));
                accepted++;
            }
            catch (QueryException e)
            {
                Assert.True(e.Line > 0 && e.Column > 0, $"seed {seed}, text {i}: {text}");
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, text {i} gave {e.GetType()}: {text}");
            }
        }

        Assert.InRange(accepted, 1, 19_999);
    }

    private static string Mutate(Random random)
    {
        var text = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
        for (var edits = random.Next(1, 6); edits > 0; edits--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(1, 12), text.Length - at);
            switch (random.Next(4))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, Fragments[random.Next(Fragments.Length)]);
                    break;
                case 2:
                    text.Insert(random.Next(text.Length), text.ToString(at, length));
                    break;
                default:
                    text[at] = (char)random.Next(0x20, 0x7f);
                    break;
            }

            if (text.Length == 0) text.Append(' ');
        }

        return text.ToString();
    }
}
