using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Subscriptions.Server.Grpc.WireFormat;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>
/// Binds <c>SubscriptionService.Work</c> with an encoding of its own for batches. What goes over the wire is what the generated classes
/// would write.
/// </summary>
internal sealed class WorkMethod : IServiceMethodProvider<WorkService>
{
    private static readonly Method<Wire.WorkRequest, WorkFrame> Work = new(
        MethodType.DuplexStreaming,
        Wire.SubscriptionService.Descriptor.FullName,
        Wire.SubscriptionService.Descriptor.FindMethodByName(nameof(WorkService.Work)).Name,
        Marshallers.Create(
            MessageFormat.Serialize,
            static context => Wire.WorkRequest.Parser.ParseFrom(context.PayloadAsReadOnlySequence())),
        Marshallers.Create<WorkFrame>(Serialize, MessageFormat.NotRead<WorkFrame>));

    /// <inheritdoc />
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<WorkService> context) =>
        context.AddDuplexStreamingMethod(Work, [], static (service, requests, responses, call) => service.Work(requests, responses, call));

    private static void Serialize(WorkFrame frame, SerializationContext context)
    {
        switch (frame)
        {
            case WorkFrame.Chunk chunk:
                context.SetPayloadLength(ChunkEncoder.SizeOf(chunk));
                ChunkEncoder.Encode(chunk, context.GetBufferWriter());
                context.Complete();
                break;
            case WorkFrame.Message message:
                MessageFormat.Serialize(message.Value, context);
                break;
        }
    }
}
