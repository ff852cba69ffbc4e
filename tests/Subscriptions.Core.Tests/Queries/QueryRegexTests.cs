using System.Diagnostics;
using Subscriptions.Core.Queries;
using Subscriptions.TestKit.Time;
using Xunit;
using static Subscriptions.Core.Tests.Queries.Filtering;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryRegexTests
{
    // Needs the engine that backtracks, because of the reference back; each more 'a' doubles its work.
    private const string Catastrophic = "^((a+)+)\\\\1b$";

    // Longer than a busy machine takes to compile what matches, at the first use.
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    [Fact]
    public void Matches_PatternThatWouldTakeForEver_EndsInTimeAndDoesNotMatch()
    {
        var content = Put($$"""{"a":"{{new string('a', 5000)}}!"}""");
        var clock = Stopwatch.StartNew();

        Assert.False(LimitedFilter($"regex(a, '{Catastrophic}')").Matches(content));
        Assert.False(LimitedFilter($"not regex(a, '{Catastrophic}')").Matches(content));
        Assert.InRange(clock.Elapsed, 1.5 * Limit, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Matches_PatternsThatBacktrackElsewhere_TakeLinearTime() =>
        Assert.True(Matches("not regex(a, '^(a+)+$') and not regex(a, '(a|a)*b')", $$"""{"a":"{{new string('a', 20_000)}}!"}"""));

    [Fact]
    public void Matches_ManyElements_ShareOneTimeLimit()
    {
        var clock = new SteppingClock(TimeSpan.FromMilliseconds(10));
        var query = SubscriptionQuery.Parse("from Orders where not regex(a[], '^b')").Compile(timeProvider: clock);
        var filter = query.CreateFilter();

        Assert.True(filter.Matches(Put($$"""{"a":[{{string.Join(',', Enumerable.Repeat("\"c\"", 10))}}]}""")));
        Assert.False(filter.Matches(Put($$"""{"a":[{{string.Join(',', Enumerable.Repeat("\"c\"", 11))}}]}""")));
        Assert.True(filter.Matches(Put($$"""{"a":[{{string.Join(',', Enumerable.Repeat("\"c\"", 10))}}]}""")));
    }

    [Fact]
    public void Matches_OtherDocumentAfterATimeout_IsEvaluated()
    {
        var filter = LimitedFilter($"regex(a, '{Catastrophic}') or b = 1");

        Assert.False(filter.Matches(Put($$"""{"a":"{{new string('a', 5000)}}!","b":1}""")));
        Assert.True(filter.Matches(Put("""{"a":"aab"}""")));
        Assert.True(filter.Matches(Put("""{"a":"","b":1}""")));
    }

    private static IChangeFilter LimitedFilter(string where) =>
        SubscriptionQuery.Parse("from Orders where " + where).Compile(limits: new QueryLimits { RegexTime = Limit }, timeProvider: new FakeTimeProvider()).CreateFilter();

    /// <summary>A clock that goes on by the same step whenever it is read.</summary>
    private sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += step.Ticks;
    }
}
