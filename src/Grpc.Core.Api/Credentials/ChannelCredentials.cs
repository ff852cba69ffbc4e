namespace Grpc.Core;

/// <summary>How a channel is secured. Immutable.</summary>
public abstract class ChannelCredentials
{
    /// <summary>Not at all: plain text.</summary>
    public static ChannelCredentials Insecure { get; } = new InsecureCredentials();

    /// <summary>TLS that trusts what the platform trusts.</summary>
    public static ChannelCredentials SecureSsl { get; } = new SslCredentials();

    /// <summary>Whether call credentials may be added: never where they would cross the network in plain text.</summary>
    internal virtual bool IsComposable => false;

    /// <summary>A secured channel whose calls all carry these credentials.</summary>
    /// <exception cref="ArgumentException">The channel is not secured, or is composed already.</exception>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        if (!channelCredentials.IsComposable)
        {
            throw new ArgumentException(
                $"Call credentials cannot be added to {channelCredentials.GetType().Name}: use {nameof(SecureSsl)}.",
                nameof(channelCredentials));
        }

        return new CompositeChannelCredentials(channelCredentials, callCredentials);
    }

    /// <summary>Tells a transport what these credentials are made of. For transports.</summary>
    public abstract void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state);
}
