namespace Grpc.Core;

/// <summary>The server to be verified. Immutable.</summary>
public class VerifyPeerContext
{
    /// <summary>A server and its certificate.</summary>
    public VerifyPeerContext(string targetName, string peerPem)
    {
        TargetName = targetName;
        PeerPem = peerPem;
    }

    /// <summary>Name that the client connected to.</summary>
    public string TargetName { get; }

    /// <summary>The server's certificate in PEM.</summary>
    public string PeerPem { get; }
}
