using Grpc.Core;
using Grpc.Core.Interceptors;
using Xunit;

namespace Subscriptions.Server.Tests.GrpcApi;

public sealed class InterceptorTests
{
    private readonly EchoInvoker _transport = new();
    private readonly List<string> _order = [];

    [Fact]
    public void Intercept_Several_RunsTheFirstOutermost()
    {
        var answer = Call(_transport.Intercept(new Noting("first", _order), new Noting("second", _order)));

        Assert.Equal("hello", answer);
        Assert.Equal(["first", "second"], _order);
    }

    [Fact]
    public void Intercept_InSteps_RunsTheLastOutermost()
    {
        Call(_transport.Intercept(new Noting("inner", _order)).Intercept(new Noting("outer", _order)));

        Assert.Equal(["outer", "inner"], _order);
    }

    [Fact]
    public void Intercept_None_LeavesTheInvoker() => Assert.Same(_transport, _transport.Intercept());

    [Fact]
    public void Intercept_Function_ChoosesHeadersWithoutTouchingTheCallers()
    {
        var headers = new Metadata { { "own", "1" } };
        var invoker = _transport.Intercept(copy =>
        {
            copy.Add("added", "2");
            return copy;
        });

        Call(invoker, new CallOptions(headers));

        Assert.Equal(["own", "added"], _transport.Options.Headers!.Select(entry => entry.Key));
        Assert.Equal(["own"], headers.Select(entry => entry.Key));
    }

    [Fact]
    public void Intercept_FunctionForACallWithoutHeaders_GetsAnEmptyList()
    {
        Call(_transport.Intercept(headers => new Metadata { { "count", $"{headers.Count}" } }));

        Assert.Equal("0", _transport.Options.Headers!.GetValue("count"));
    }

    [Fact]
    public void WithHost_Client_NamesTheHostUnlessTheCallDoes()
    {
        var client = new EchoClient(_transport);

        client.WithHost("other.test").Say("hello");
        Assert.Equal("other.test", _transport.Host);

        client.Say("hello");
        Assert.Null(_transport.Host);
    }

    [Fact]
    public void Client_MadeWithoutAChannel_SaysWhatIsMissing()
    {
        var error = Assert.Throws<NotSupportedException>(() => new EchoClient().Say("hello"));

        Assert.Contains("/test.Echo/Say", error.Message, StringComparison.Ordinal);
    }

    private static string Call(CallInvoker invoker, CallOptions options = default) =>
        invoker.BlockingUnaryCall(EchoInvoker.Method, null, options, "hello");

    private sealed class Noting(string name, List<string> order) : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add(name);
            return continuation(request, context);
        }
    }

    private sealed class EchoClient : ClientBase<EchoClient>
    {
        public EchoClient()
        {
        }

        public EchoClient(CallInvoker invoker)
            : base(invoker)
        {
        }

        private EchoClient(ClientBaseConfiguration configuration)
            : base(configuration)
        {
        }

        public string Say(string text) => CallInvoker.BlockingUnaryCall(EchoInvoker.Method, null, default, text);

        protected override EchoClient NewInstance(ClientBaseConfiguration configuration) => new(configuration);
    }
}
