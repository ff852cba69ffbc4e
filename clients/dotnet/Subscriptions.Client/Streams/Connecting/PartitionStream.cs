namespace Subscriptions.Client;

/// <summary>One stream of a connection.</summary>
internal sealed class PartitionStream(PartitionConnection connection, uint id, IStreamReader reader)
{
    private volatile bool _isCut;

    /// <summary>The connection.</summary>
    public PartitionConnection Connection { get; } = connection;

    /// <summary>Its number on the connection; never used twice.</summary>
    public uint Id { get; } = id;

    /// <summary>Who reads it.</summary>
    public IStreamReader Reader { get; } = reader;

    /// <summary>True when the connection has ended or the reader has given the stream up: what is left of it is of no use.</summary>
    public bool IsCut => _isCut || Connection.IsOver;

    /// <summary>Nobody reads it any more.</summary>
    public void Cut() => _isCut = true;
}
