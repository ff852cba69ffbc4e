using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking.Transport;

/// <summary>Holds the server's side of a worker's conversation, with nothing behind it.</summary>
internal sealed class TransportService(PreparedBatches prepared)
{
    /// <summary>One conversation: a batch, its ack, the confirmation and the next batch, until all batches were acked.</summary>
    public async Task Work(IAsyncStreamReader<Wire.WorkRequest> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        var cancellationToken = context.CancellationToken;
        if (!await requests.MoveNext(cancellationToken) || requests.Current.Open is not { } open)
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The first message must open a subscription."));

        var batch = prepared.Batch(Math.Max(open.MaxDocs, 1));
        await responses.WriteAsync(prepared.Opened, cancellationToken);
        await responses.WriteAsync(batch, cancellationToken);
        for (var sent = 1; await requests.MoveNext(cancellationToken);)
        {
            if (requests.Current.Ack is null) continue;
            await responses.WriteAsync(prepared.Confirmed, cancellationToken);
            if (sent++ < prepared.Count) await responses.WriteAsync(batch, cancellationToken);
        }
    }

    /// <summary>Binds the method of the contract to messages that are encoded already.</summary>
    internal sealed class Binding : IServiceMethodProvider<TransportService>
    {
        private static readonly Method<Wire.WorkRequest, byte[]> Method = new(
            MethodType.DuplexStreaming,
            Wire.SubscriptionService.Descriptor.FullName,
            nameof(Work),
            Marshallers.Create(
                static (_, _) => throw new NotSupportedException("A server does not write requests."),
                static context => Wire.WorkRequest.Parser.ParseFrom(context.PayloadAsReadOnlySequence())),
            Marshallers.Create<byte[]>(Write, static _ => throw new NotSupportedException("A server does not read its own answers.")));

        /// <inheritdoc/>
        public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TransportService> context) =>
            context.AddDuplexStreamingMethod(Method, [], static (service, requests, responses, call) => service.Work(requests, responses, call));

        private static void Write(byte[] message, SerializationContext context)
        {
            context.SetPayloadLength(message.Length);
            var writer = context.GetBufferWriter();
            System.Buffers.BuffersExtensions.Write(writer, message);
            context.Complete();
        }
    }
}
