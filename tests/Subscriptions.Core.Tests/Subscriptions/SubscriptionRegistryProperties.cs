using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Subscriptions;

/// <summary>
/// Random changes of a few subscriptions over a store that fails now and then, before or after it did what it was asked for. Whatever
/// was answered is in the store, and memory is what the store is, but for the one change whose outcome nobody knows.
/// </summary>
public sealed class SubscriptionRegistryProperties
{
    private const int Runs = 300;
    private const int Steps = 40;

    [Fact]
    public async Task AnyChanges_StoreFailsNowAndThen_MemoryIsWhatTheStoreIs()
    {
        var first = Environment.TickCount;
        for (var seed = first; seed < first + Runs; seed++)
        {
            await using var fixture = await RegistryFixture.StartAsync();
            try
            {
                await new Run(fixture, new Random(seed)).PlayAsync();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}", e);
            }
        }
    }

    private sealed class Run(RegistryFixture fixture, Random random)
    {
        private static readonly string[] Names = ["a", "A", "b", "c", "d"];

        private static readonly SubscriptionStoreCall[] Changes =
            [SubscriptionStoreCall.Create, SubscriptionStoreCall.Update, SubscriptionStoreCall.SetCursor, SubscriptionStoreCall.Delete, SubscriptionStoreCall.List];

        private SubscriptionRegistry Registry => fixture.Registry;

        public async Task PlayAsync()
        {
            for (var i = 0; i < Steps; i++)
            {
                if (random.Next(6) == 0) FailNext();
                try
                {
                    await ChangeAsync();
                    await CheckAsync();
                }
                catch (EngineException e) when (e.Code is ErrorCode.SubscriptionNotFound or ErrorCode.SubscriptionExists)
                {
                    // Names are few, so that changes meet.
                    await CheckAsync();
                }
                catch (StoreException)
                {
                    // Until the next change memory may be behind the store.
                }
            }
        }

        private void FailNext() => fixture.Store.FailNext(
            Changes[random.Next(Changes.Length)],
            new StoreException(StoreFault.Io, "the sync failed") { OutcomeUnknown = true },
            random.Next(2) == 0 ? HoldPoint.BeforeApplying : HoldPoint.BeforeAnswering);

        private async Task ChangeAsync()
        {
            var name = Names[random.Next(Names.Length)];
            switch (random.Next(8))
            {
                case 0 or 1:
                    var definition = SubscriptionSamples.Definition(name) with { IncludeDeletes = random.Next(2) == 0 };
                    await Registry.CreateAsync(definition, new StartPoint.Beginning(), CancellationToken.None);
                    break;
                case 2:
                    await Registry.DeleteAsync(name, CancellationToken.None);
                    break;
                case 3:
                    await Registry.SetCursorAsync(name, new StartPoint.Beginning(), CancellationToken.None);
                    break;
                case 4 when Registry.List() is { Count: > 0 } list:
                    await Registry.StopAsync(list[random.Next(list.Count)], "stuck", CancellationToken.None);
                    break;
                default:
                    await Registry.UpdateAsync(name, NextChanges(), CancellationToken.None);
                    break;
            }
        }

        private SubscriptionChanges NextChanges() => random.Next(4) == 0
            ? new SubscriptionChanges { AllowMissing = true, Query = "from Orders" }
            : new SubscriptionChanges
            {
                NewName = random.Next(2) == 0 ? Names[random.Next(Names.Length)] : null,
                Disabled = random.Next(3) == 0 ? random.Next(2) == 0 : null,
                Query = random.Next(3) == 0 ? $"from C{random.Next(3)}" : null,
                Cursor = random.Next(4) == 0 ? new StartPoint.Beginning() : null,
            };

        private async Task CheckAsync()
        {
            var stored = await ReadAsync();
            Assert.Equal(stored, Registry.List().Select(e => e.Stored).OrderBy(s => s.Id.Value));
            foreach (var row in stored) Assert.Equal(row, Registry.Get(row.Definition.Name.ToLowerInvariant()).Stored);
            var free = Names.Where(name => !stored.Any(s => s.Definition.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
            foreach (var name in free) Assert.Throws<EngineException>(() => Registry.Get(name));
        }

        // From another store over the same data, which no test makes fail.
        private async Task<IReadOnlyList<StoredSubscription>> ReadAsync()
        {
            await using var store = fixture.Store.Reopen();
            var rows = await store.ListAsync(SubscriptionSamples.Database, CancellationToken.None);
            return [.. rows.OrderBy(s => s.Id.Value)];
        }
    }
}
