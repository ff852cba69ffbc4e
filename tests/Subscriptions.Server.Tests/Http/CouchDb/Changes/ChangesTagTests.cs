using System.Net;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb.Changes;

/// <summary>The entity tag of a feed, while others write.</summary>
public sealed class ChangesTagTests
{
    [Fact]
    public async Task Tag_ChangesComeWhileTheAnswerBegins_IsNotThatOfAnAnswerWithThem()
    {
        var documents = InterruptedProvider.Make();
        await using var couch = await CouchClient.StartAsync("shop", () => ServerFixture.StartAsync(
            stores: new EngineStores((IDocumentStoreProvider)documents, new FakeSubscriptionStore(), "memory")));

        // Wherever the last of them comes: whoever asks again with the tag is told of what the answer lacks.
        for (var writes = 1; writes <= 10; writes++)
        {
            documents.Writes = writes;
            var answer = await couch.SendAsync("GET", "/shop/_changes");
            documents.Writes = 0;

            var again = await couch.SendAsync("GET", "/shop/_changes", (string?)null, "If-None-Match", answer["ETag"]!);
            if (again.Status != HttpStatusCode.NotModified) continue;

            var all = await couch.SendAsync("GET", "/shop/_changes");
            Assert.Equal(all.Body, answer.Body);
        }
    }

    [Fact]
    public async Task Tag_ChangeIsStoredButNotToBeGivenYet_IsNotThatOfAnAnswerWithIt()
    {
        var documents = InterruptedProvider.Make();
        await using var couch = await CouchClient.StartAsync("shop", () => ServerFixture.StartAsync(
            stores: new EngineStores((IDocumentStoreProvider)documents, new FakeSubscriptionStore(), "memory")));
        documents.Held = [];
        await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a", "{}");
        var before = await couch.SendAsync("GET", "/shop/_changes");

        documents.Release();
        var after = await couch.SendAsync("GET", "/shop/_changes", (string?)null, "If-None-Match", before["ETag"]!);

        Assert.DoesNotContain("\"a\"", before.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, after.Status);
        Assert.Contains("\"a\"", after.Body, StringComparison.Ordinal);
    }

    /// <summary>Databases in memory to which somebody writes a document each time just before somebody else looks where they stand.</summary>
    public class InterruptedProvider : DispatchProxy
    {
        private readonly object _provider = new FakeDocumentStoreProvider();
        private int _written;

        /// <summary>How many times more.</summary>
        public int Writes { get; set; }

        /// <summary>Commits that nobody is told of yet; null: they are told at once.</summary>
        public List<Action>? Held { get; set; }

        public void Release()
        {
            Held!.ForEach(tell => tell());
            Held = null;
        }

        public static InterruptedProvider Make() => (InterruptedProvider)(object)Create<IDocumentStoreProvider, InterruptedProvider>();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var observed = args?.Select(a => a is ICommitObserver observer ? new HeldObserver(this, observer) : a).ToArray();
            var result = Call(targetMethod!, _provider, observed);
            return targetMethod!.ReturnType == typeof(ValueTask<IDocumentStore?>) ? new ValueTask<IDocumentStore?>(InterruptAsync(result!)) : result;
        }

        private async Task<IDocumentStore?> InterruptAsync(object opening) =>
            await (ValueTask<IDocumentStore?>)opening is { } store ? InterruptedStore.Make(this, store) : null;

        private static object? Call(MethodInfo method, object target, object?[]? args)
        {
            try
            {
                return method.Invoke(target, args);
            }
            catch (TargetInvocationException e)
            {
                ExceptionDispatchInfo.Throw(e.InnerException!);
                throw;
            }
        }

        private void Interrupt(IDocumentStore store)
        {
            if (Writes == 0) return;

            Writes--;
            var write = new DocumentWrite { Kind = WriteKind.Put, Id = $"d{_written++}", Content = "{}"u8.ToArray() };
            Assert.True(store.WriteAsync([write], CancellationToken.None).AsTask().IsCompletedSuccessfully);
        }

        private sealed class HeldObserver(InterruptedProvider owner, ICommitObserver observer) : ICommitObserver
        {
            public void OnCommitted(IReadOnlyList<CommittedChange> changes)
            {
                if (owner.Held is { } held) held.Add(() => observer.OnCommitted(changes));
                else observer.OnCommitted(changes);
            }
        }

        public class InterruptedStore : DispatchProxy
        {
            private InterruptedProvider _owner = null!;
            private IDocumentStore _store = null!;

            internal static IDocumentStore Make(InterruptedProvider owner, IDocumentStore store)
            {
                var proxy = Create<IDocumentStore, InterruptedStore>();
                ((InterruptedStore)(object)proxy)._owner = owner;
                ((InterruptedStore)(object)proxy)._store = store;
                return proxy;
            }

            protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
            {
                if (targetMethod!.Name == $"get_{nameof(IDocumentStore.Partitions)}") _owner.Interrupt(_store);
                return Call(targetMethod, _store, args);
            }
        }
    }
}
