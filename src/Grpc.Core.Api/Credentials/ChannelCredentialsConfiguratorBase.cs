namespace Grpc.Core;

/// <summary>How a transport learns what <see cref="ChannelCredentials"/> are made of; the state object is handed through.</summary>
public abstract class ChannelCredentialsConfiguratorBase
{
    /// <summary>The channel is not secured.</summary>
    public abstract void SetInsecureCredentials(object state);

    /// <summary>The channel uses TLS; what is null comes from the platform.</summary>
    public abstract void SetSslCredentials(
        object state,
        string? rootCertificates,
        KeyCertificatePair? keyCertificatePair,
        VerifyPeerCallback? verifyPeerCallback);

    /// <summary>The channel's calls carry credentials of their own besides.</summary>
    public abstract void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials);
}
