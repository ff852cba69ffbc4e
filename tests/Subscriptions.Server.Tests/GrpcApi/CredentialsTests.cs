using Grpc.Core;
using Xunit;

namespace Subscriptions.Server.Tests.GrpcApi;

public sealed class CredentialsTests
{
    private static readonly AsyncAuthInterceptor Interceptor = (_, _) => Task.CompletedTask;
    private static readonly CallCredentials Call = CallCredentials.FromInterceptor(Interceptor);

    private readonly Configurator _configurator = new();
    private readonly object _state = new();

    [Fact]
    public void Insecure_Configured_SaysSo()
    {
        ChannelCredentials.Insecure.InternalPopulateConfiguration(_configurator, _state);

        Assert.Equal([("insecure", _state)], _configurator.Said);
    }

    [Fact]
    public void Ssl_Configured_GivesRootsCertificateAndCallback()
    {
        var pair = new KeyCertificatePair("chain", "key");
        VerifyPeerCallback verify = _ => true;

        new SslCredentials("roots", pair, verify).InternalPopulateConfiguration(_configurator, _state);

        Assert.Equal([("ssl", _state), ("roots", pair), ("verify", verify)], _configurator.Said);
    }

    [Fact]
    public void Create_SecuredChannelAndCall_GivesBoth()
    {
        ChannelCredentials.Create(ChannelCredentials.SecureSsl, Call).InternalPopulateConfiguration(_configurator, _state);

        Assert.Equal([("composite", _state), ("channel", ChannelCredentials.SecureSsl), ("call", Call)], _configurator.Said);
    }

    // Credentials must never be sent in plain text by accident.
    [Fact]
    public void Create_InsecureChannel_IsRefused() =>
        Assert.Throws<ArgumentException>("channelCredentials", () => ChannelCredentials.Create(ChannelCredentials.Insecure, Call));

    [Fact]
    public void FromInterceptor_Configured_GivesTheFunction()
    {
        Call.InternalPopulateConfiguration(_configurator.Calls, _state);

        Assert.Equal([("interceptor", _state), ("function", Interceptor)], _configurator.Said);
    }

    [Fact]
    public void Compose_Two_GivesBothInOrder()
    {
        var other = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

        CallCredentials.Compose(other, Call).InternalPopulateConfiguration(_configurator.Calls, _state);

        Assert.Equal([("calls", _state), ("call", other), ("call", Call)], _configurator.Said);
    }

    [Fact]
    public void Compose_One_IsRefused() => Assert.Throws<ArgumentException>(() => CallCredentials.Compose(Call));

    /// <summary>A transport that notes what it is told.</summary>
    private sealed class Configurator : ChannelCredentialsConfiguratorBase
    {
        public Configurator() => Calls = new CallConfigurator(Said);

        public List<(string, object?)> Said { get; } = [];

        public CallConfigurator Calls { get; }

        public override void SetInsecureCredentials(object state) => Said.Add(("insecure", state));

        public override void SetSslCredentials(
            object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback) =>
            Said.AddRange([("ssl", state), (rootCertificates!, keyCertificatePair), ("verify", verifyPeerCallback)]);

        public override void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials) =>
            Said.AddRange([("composite", state), ("channel", channelCredentials), ("call", callCredentials)]);
    }

    private sealed class CallConfigurator(List<(string, object?)> said) : CallCredentialsConfiguratorBase
    {
        public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials) =>
            said.AddRange([("calls", state), .. credentials.Select(credential => ("call", (object?)credential))]);

        public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) =>
            said.AddRange([("interceptor", state), ("function", interceptor)]);
    }
}
