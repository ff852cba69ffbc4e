using Grpc.Core;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Streams;
using Subscriptions.Server.Grpc.Errors;
using Subscriptions.Server.Settings;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>The client at the other end of a gRPC stream.</summary>
internal sealed class StreamPeer(
    IAsyncStreamReader<Wire.ConnectRequest> requests,
    IServerStreamWriter<StreamFrame> responses,
    Database database,
    ConnectionSettings settings,
    LimitsOptions limits) : IStreamPeer
{
    private bool _withTokens = settings.TokenOnEveryChange;

    /// <inheritdoc />
    public async ValueTask<StreamCommand?> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await requests.MoveNext(cancellationToken) ? StreamCommands.ToCommand(requests.Current, database) : null;
        }
        catch (RpcException e) when (Oversize.Is(e))
        {
            throw Oversize.Error(limits);
        }
    }

    /// <inheritdoc />
    public async ValueTask SendAsync(StreamMessage message, FlowWindow window, CancellationToken cancellationToken)
    {
        if (message is StreamMessage.Changes changes)
        {
            var frame = new StreamFrame.Changes(changes, _withTokens);
            window.Sent(frame.BodySize);
            await responses.WriteAsync(frame, cancellationToken);
            frame.Return();
            return;
        }

        if (message is StreamMessage.Settings(var inForce)) _withTokens = inForce.TokenOnEveryChange;
        var response = StreamMessages.ToWire(message);
        window.Sent(response.BufferBytes);
        await responses.WriteAsync(new StreamFrame.Message(response), cancellationToken);
    }
}
