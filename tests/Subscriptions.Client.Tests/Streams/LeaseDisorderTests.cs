using Xunit;

namespace Subscriptions.Client.Tests.Streams;

/// <summary>Members that come, go, are cut off and are answered late, at random times. The scene itself looks that no two work on one partition.</summary>
public sealed class LeaseDisorderTests
{
    private const int Steps = 60;

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public async Task Group_InDisorder_NobodyWorksTwiceAndInTheEndEverythingIsWorkedOn(int seed)
    {
        var random = new Random(seed);
        await using var scene = new LeaseScene();
        var members = new List<LeaseScene.Member>();
        for (var step = 0; step < Steps; step++)
        {
            var until = scene.Time.GetUtcNow() + (LeaseScene.Lease * (random.NextDouble() / 2));
            await scene.UntilAsync(() => scene.Time.GetUtcNow() >= until);
            if (members.Count < 3)
            {
                members.Add(scene.Start($"{(char)('a' + (step % 26))}{step}"));
                continue;
            }

            await DisturbAsync(scene, members, random);
        }

        foreach (var member in members) member.IsCutOff = false;
        await scene.UntilAsync(() => members.Sum(member => member.Working.Count) == LeaseScene.Partitions);
        Assert.Empty(scene.Faults);
    }

    private static async Task DisturbAsync(LeaseScene scene, List<LeaseScene.Member> members, Random random)
    {
        var member = members[random.Next(members.Count)];
        switch (random.Next(5))
        {
            case 0 or 1:
                member.IsCutOff = true;
                break;
            case 2:
                foreach (var other in members) other.IsCutOff = false;
                break;
            case 3:
                member.IsCutOff = false;
                members.Remove(member);
                await member.CancelAsync();
                break;
            default:
                var delay = LeaseScene.Lease * (1.5 * random.NextDouble());
                var answers = 0;
                member.OnBeatsRead = () => Interlocked.Increment(ref answers) == 1 ? Task.Delay(delay, scene.Time) : Task.CompletedTask;
                break;
        }
    }
}
