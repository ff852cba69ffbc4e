using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Xunit;

namespace Subscriptions.Core.Tests.Subscriptions;

public sealed class SubscriptionListTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_Pages_ShowEachOnceInTheOrderOfNames()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        foreach (var name in (string[])["b", "A", "É", "c", "a1", "注文", "Z"]) await fixture.CreateAsync(name);

        var names = new List<string>();
        var token = "";
        do
        {
            var page = fixture.Registry.List(SubscriptionFilter.None, 3, token);
            names.AddRange(page.Entries.Select(e => e.Definition.Name));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(["A", "a1", "b", "c", "Z", "É", "注文"], names);
    }

    [Fact]
    public async Task List_CreatedAndDeletedBetweenPages_SkipsAndRepeatsNoOther()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        foreach (var name in (string[])["a", "c", "e", "g"]) await fixture.CreateAsync(name);
        var first = fixture.Registry.List(SubscriptionFilter.None, 2, "");

        await fixture.Registry.DeleteAsync("c", Cancellation);
        await fixture.CreateAsync("b");
        await fixture.CreateAsync("d");
        var second = fixture.Registry.List(SubscriptionFilter.None, 10, first.NextPageToken);

        Assert.Equal(["a", "c"], first.Entries.Select(e => e.Definition.Name));
        Assert.Equal(["d", "e", "g"], second.Entries.Select(e => e.Definition.Name));
        Assert.Equal("", second.NextPageToken);
    }

    [Fact]
    public async Task List_ExactlyOnePage_HasNoNext()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        foreach (var name in (string[])["a", "b"]) await fixture.CreateAsync(name);

        Assert.Equal("", fixture.Registry.List(SubscriptionFilter.None, 2, "").NextPageToken);
        Assert.NotEqual("", fixture.Registry.List(SubscriptionFilter.None, 1, "").NextPageToken);
        Assert.Equal(2, fixture.Registry.List(SubscriptionFilter.None, 0, "").Entries.Count);
    }

    [Fact]
    public async Task List_Filters_ShowWhatTheyAskFor()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var busy = await fixture.CreateAsync("orders/busy");
        await fixture.CreateAsync("Orders/idle");
        await fixture.CreateAsync("other");
        await fixture.Registry.SetDisabledAsync("other", true, Cancellation);
        await fixture.Connect(busy).Granted;

        IEnumerable<string> Names(SubscriptionFilter filter) => fixture.Registry.List(filter, 0, "").Entries.Select(e => e.Definition.Name);

        Assert.Equal(["orders/busy", "Orders/idle"], Names(new SubscriptionFilter { NamePrefix = "oRDERS/" }));
        Assert.Empty(Names(new SubscriptionFilter { NamePrefix = "rders" }));
        Assert.Equal(["other"], Names(new SubscriptionFilter { Disabled = true }));
        Assert.Equal(["orders/busy", "Orders/idle"], Names(new SubscriptionFilter { Disabled = false }));
        Assert.Equal(["orders/busy"], Names(new SubscriptionFilter { Connected = true }));
        Assert.Equal(["Orders/idle", "other"], Names(new SubscriptionFilter { Connected = false }));
        Assert.Equal(["Orders/idle"], Names(new SubscriptionFilter { NamePrefix = "o", Disabled = false, Connected = false }));
    }

    [Theory]
    [InlineData(-1, "", "page_size")]
    [InlineData(1001, "", "page_size")]
    [InlineData(1, "not a token!", "page_token")]
    [InlineData(1, "_w", "page_token")]
    [InlineData(1, "\ud83d", "page_token")]
    public async Task List_SizeOrTokenThatIsNone_IsRefused(int pageSize, string pageToken, string field)
    {
        await using var fixture = await RegistryFixture.StartAsync();

        var refusal = Assert.Throws<InvalidInputException>(() => fixture.Registry.List(SubscriptionFilter.None, pageSize, pageToken));

        Assert.Equal(field, refusal.Field);
    }

    [Fact]
    public async Task DropWorkers_ByToken_EndsThatWorkerAndNoOther()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (holder, waiting) = (fixture.Connect(entry), fixture.Connect(entry, strategy: OpeningStrategy.Wait));
        var token = (await holder.Granted).Token;

        Assert.Equal(0, fixture.Registry.DropWorkers("orders", "", new FencingToken(token.Value + 1)));
        Assert.Equal(0, fixture.Registry.DropWorkers("orders", "another name", token));
        Assert.True(holder.IsConnected);

        Assert.Equal(1, fixture.Registry.DropWorkers("ORDERS", "w", token));
        Assert.Equal(ErrorCode.Dropped, (await holder.Ended).Code);
        Assert.Equal(token.Value + 1, (await waiting.Granted).Token.Value);
        Assert.True(waiting.IsConnected);
    }

    [Fact]
    public async Task DropWorkers_ByNameOrAll_EndsWaitingOnesToo()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var workers = new[] { fixture.Connect(entry, "a"), fixture.Connect(entry, "b", OpeningStrategy.Wait), fixture.Connect(entry, "b", OpeningStrategy.Wait) };
        await workers[0].Granted;

        Assert.Equal(2, fixture.Registry.DropWorkers("orders", "b"));
        Assert.Equal(1, fixture.Registry.DropWorkers("orders", ""));

        foreach (var worker in workers) Assert.Equal(ErrorCode.Dropped, (await worker.Ended).Code);
    }
}
