using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Subscriptions.Server.Grpc.WireFormat;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>
/// Binds <c>StreamService</c> with an encoding of its own for changes. What goes over the wire is what the generated classes would write.
/// </summary>
internal sealed class StreamMethods : IServiceMethodProvider<StreamService>
{
    private static Google.Protobuf.Reflection.ServiceDescriptor Service => Wire.StreamService.Descriptor;

    /// <inheritdoc />
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<StreamService> context)
    {
        context.AddDuplexStreamingMethod(
            MethodOf(nameof(StreamService.Connect), MethodType.DuplexStreaming, Wire.ConnectRequest.Parser, Marshallers.Create<StreamFrame>(Serialize, MessageFormat.NotRead<StreamFrame>)),
            [],
            static (service, requests, responses, call) => service.Connect(requests, responses, call));
        context.AddServerStreamingMethod(
            MethodOf(nameof(StreamService.WatchPartitions), MethodType.ServerStreaming, Wire.WatchPartitionsRequest.Parser, AnswerOf<Wire.WatchPartitionsResponse>()),
            [],
            static (service, request, responses, call) => service.WatchPartitions(request, responses, call));
        AddUnary(context, nameof(StreamService.GetFailoverLogs), Wire.GetFailoverLogsRequest.Parser, static (service, request) => service.GetFailoverLogs(request));
        AddUnary(context, nameof(StreamService.GetPartitionSeqnos), Wire.GetPartitionSeqnosRequest.Parser, static (service, request) => service.GetPartitionSeqnos(request));
        AddUnary(context, nameof(StreamService.CombineResumeTokens), Wire.CombineResumeTokensRequest.Parser, static (_, request) => StreamService.CombineResumeTokens(request));
    }

    private static void AddUnary<TRequest, TResponse>(
        ServiceMethodProviderContext<StreamService> context, string name, MessageParser<TRequest> parser, Func<StreamService, TRequest, TResponse> answer)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IBufferMessage =>
        context.AddUnaryMethod(
            MethodOf(name, MethodType.Unary, parser, AnswerOf<TResponse>()), [], (service, request, _) => Task.FromResult(answer(service, request)));

    private static Method<TRequest, TResponse> MethodOf<TRequest, TResponse>(
        string name, MethodType type, MessageParser<TRequest> parser, Marshaller<TResponse> answers)
        where TRequest : class, IMessage<TRequest> =>
        new(
            type,
            Service.FullName,
            Service.FindMethodByName(name).Name,
            Marshallers.Create<TRequest>(
                static (request, context) => MessageFormat.Serialize((IBufferMessage)request, context),
                context => parser.ParseFrom(context.PayloadAsReadOnlySequence())),
            answers);

    private static Marshaller<T> AnswerOf<T>()
        where T : class, IBufferMessage => Marshallers.Create<T>(static (message, context) => MessageFormat.Serialize(message, context), MessageFormat.NotRead<T>);

    private static void Serialize(StreamFrame frame, SerializationContext context)
    {
        switch (frame)
        {
            case StreamFrame.Changes changes:
                context.SetPayloadLength(StreamChangesEncoder.SizeOf(changes));
                StreamChangesEncoder.Encode(changes, context.GetBufferWriter());
                context.Complete();
                break;
            case StreamFrame.Message message:
                MessageFormat.Serialize(message.Value, context);
                break;
        }
    }
}
