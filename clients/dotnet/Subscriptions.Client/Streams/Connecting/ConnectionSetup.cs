namespace Subscriptions.Client;

/// <summary>How a connection of partition streams is made.</summary>
internal sealed record ConnectionSetup(
    V1.StreamService.StreamServiceClient Stub,
    Uri Address,
    string Database,
    string Name,
    long BufferBytes,
    TimeSpan NoopInterval,
    bool TokenOnEveryChange,
    TimeProvider Time,
    Action<V1.Noop> OnNoop)
{
    /// <summary>The first message.</summary>
    public V1.ConnectRequest Open() => new()
    {
        Open = new V1.ConnectionOpen
        {
            Database = Database,
            Name = Name,
            Settings = new V1.ConnectionSettings
            {
                BufferBytes = BufferBytes,
                NoopInterval = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(NoopInterval),
                TokenOnEveryChange = TokenOnEveryChange,
            },
        },
    };
}
