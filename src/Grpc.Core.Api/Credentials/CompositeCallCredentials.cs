namespace Grpc.Core;

internal sealed class CompositeCallCredentials : CallCredentials
{
    private readonly CallCredentials[] _credentials;

    public CompositeCallCredentials(IReadOnlyCollection<CallCredentials> credentials)
    {
        if (credentials.Count < 2)
            throw new ArgumentException($"Composing takes at least two credentials, not {credentials.Count}.", nameof(credentials));
        _credentials = [.. credentials];
    }

    public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object state) =>
        configurator.SetCompositeCredentials(state, _credentials);
}
