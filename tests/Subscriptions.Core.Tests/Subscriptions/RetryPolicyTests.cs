using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Xunit;

namespace Subscriptions.Core.Tests.Subscriptions;

public sealed class RetryPolicyTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Theory]
    [InlineData(1, 1_000)]
    [InlineData(2, 2_000)]
    [InlineData(3, 4_000)]
    [InlineData(9, 256_000)]
    [InlineData(10, 300_000)]
    [InlineData(64, 300_000)]
    [InlineData(1000, 300_000)]
    [InlineData(int.MaxValue, 300_000)]
    public void BackoffAfter_DefaultPolicy_DoublesUpToTheLongest(int attempts, int milliseconds)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RetryPolicy.Default.BackoffAfter(attempts, 0.5));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds * 0.8), RetryPolicy.Default.BackoffAfter(attempts, 0));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds * 1.2), RetryPolicy.Default.BackoffAfter(attempts, 1));
    }

    [Fact]
    public void BackoffAfter_AnyPolicyAndJitter_StaysWithinAFifthAndGrows()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < 2000; i++)
        {
            var policy = new RetryPolicy
            {
                InitialBackoff = RetryPolicy.MostBackoff * Math.Pow(random.NextDouble(), 10),
                MaxBackoff = RetryPolicy.MostBackoff * Math.Pow(random.NextDouble(), 3),
            };
            var attempts = random.Next(1, 40);
            var (plain, jittered) = (policy.BackoffAfter(attempts, 0.5), policy.BackoffAfter(attempts, random.NextDouble()));

            // Give or take what rounding to ticks does.
            Assert.True(jittered >= (plain * 0.8) - Tick && jittered <= (plain * 1.2) + Tick, $"seed {seed}, {i}: {jittered} around {plain}");
            Assert.True(plain <= policy.MaxBackoff + Tick, $"seed {seed}, {i}: {plain} above {policy.MaxBackoff}");
            Assert.True(policy.BackoffAfter(attempts + 1, 0.5) >= plain, $"seed {seed}, {i}: shrinks after {attempts}");
        }
    }

    [Fact]
    public void BackoffAfter_NoBackoff_IsZero()
    {
        var policy = new RetryPolicy { InitialBackoff = TimeSpan.Zero };

        Assert.Equal(TimeSpan.Zero, policy.BackoffAfter(1, 1));
        Assert.Equal(TimeSpan.Zero, policy.BackoffAfter(1000, 1));
    }

    public static TheoryData<RetryPolicy, string> OutsideTheirRange() => new()
    {
        { new RetryPolicy { MaxAttempts = 0 }, "policy.max_attempts" },
        { new RetryPolicy { MaxAttempts = 1001 }, "policy.max_attempts" },
        { new RetryPolicy { InitialBackoff = TimeSpan.FromTicks(-1) }, "policy.initial_backoff" },
        { new RetryPolicy { InitialBackoff = RetryPolicy.MostBackoff + Tick }, "policy.initial_backoff" },
        { new RetryPolicy { MaxBackoff = TimeSpan.FromTicks(-1) }, "policy.max_backoff" },
        { new RetryPolicy { MaxBackoff = TimeSpan.MaxValue }, "policy.max_backoff" },
        { new RetryPolicy { OnExhausted = 0 }, "policy.on_exhausted" },
        { new RetryPolicy { OnExhausted = (ExhaustedAction)7 }, "policy.on_exhausted" },
        { new RetryPolicy { OnScriptError = (ScriptErrorAction)(-1) }, "policy.on_script_error" },
    };

    [Theory]
    [MemberData(nameof(OutsideTheirRange))]
    public void Check_ValueOutsideItsRange_NamesTheField(RetryPolicy policy, string field) =>
        Assert.Equal(field, Assert.Throws<InvalidInputException>(() => policy.Check("policy")).Field);

    [Fact]
    public void Check_EndsOfAllRanges_AreAllowed()
    {
        RetryPolicy.Default.Check("policy");
        new RetryPolicy { MaxAttempts = 1, InitialBackoff = TimeSpan.Zero, MaxBackoff = TimeSpan.Zero }.Check("policy");
        new RetryPolicy
        {
            MaxAttempts = RetryPolicy.MostAttempts,
            InitialBackoff = RetryPolicy.MostBackoff,
            MaxBackoff = RetryPolicy.MostBackoff,
            OnExhausted = ExhaustedAction.Stop,
            OnScriptError = ScriptErrorAction.DeadLetter,
        }.Check("policy");
    }
}
