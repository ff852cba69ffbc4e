namespace Subscriptions.Client;

/// <summary>Who reads a partition's stream.</summary>
internal interface IStreamReader
{
    /// <summary>The partition.</summary>
    int Partition { get; }

    /// <summary>A message of the stream; called by the task that reads the connection, which must not wait.</summary>
    void OnMessage(PartitionStream stream, V1.ConnectResponse message);
}
