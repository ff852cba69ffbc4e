using System.Text;
using Grpc.Core;
using Xunit;

namespace Subscriptions.Server.Tests.GrpcApi;

public sealed class ServerContractTests
{
    private static readonly UnaryServerMethod<string, string> Handler = (request, _) => Task.FromResult(request);

    [Fact]
    public void BindService_Definition_HandsOverMethodsAndHandlersInOrder()
    {
        var other = new Method<string, string>(
            MethodType.Unary, "test.Echo", "Shout", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        var binder = new NotingBinder();

        ServerServiceDefinition.CreateBuilder().AddMethod(EchoInvoker.Method, Handler).AddMethod(other, Handler).Build().BindService(binder);

        Assert.Equal([("/test.Echo/Say", Handler), ("/test.Echo/Shout", Handler)], binder.Bound);
    }

    [Fact]
    public void AddMethod_SameNameTwice_IsRefused()
    {
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(EchoInvoker.Method, Handler);

        Assert.Throws<ArgumentException>("method", () => builder.AddMethod(EchoInvoker.Method, Handler));
    }

    [Fact]
    public void AddMethod_BinderThatDoesNotBindTheKind_SaysWhichMethod()
    {
        var error = Assert.Throws<NotSupportedException>(() => new BareBinder().AddMethod(EchoInvoker.Method, Handler));

        Assert.Contains("/test.Echo/Say", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AuthContext_PeerThatDidNotAuthenticateItself_HasNoIdentity()
    {
        var context = new AuthContext(null, []);

        Assert.False(context.IsPeerAuthenticated);
        Assert.Empty(context.PeerIdentity);
        Assert.Empty(context.FindPropertiesByName("name"));
    }

    [Fact]
    public void AuthContext_AuthenticatedPeer_IsIdentifiedByItsProperties()
    {
        var name = AuthProperty.Create("name", Encoding.UTF8.GetBytes("jürgen"));
        var other = AuthProperty.Create("other", [1]);

        var context = new AuthContext("name", new() { ["name"] = [name], ["other"] = [other] });

        Assert.True(context.IsPeerAuthenticated);
        Assert.Equal([name], context.PeerIdentity);
        Assert.Equal([name, other], context.Properties);
        Assert.Equal("jürgen", name.Value);
    }

    private sealed class BareBinder : ServiceBinderBase;

    private sealed class NotingBinder : ServiceBinderBase
    {
        public List<(string, object?)> Bound { get; } = [];

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) => Bound.Add((method.FullName, handler));
    }
}
