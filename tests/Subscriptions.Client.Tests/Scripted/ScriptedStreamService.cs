using Grpc.Core;
using Subscriptions.V1;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Answers with the test's words, and hands connections to the test.</summary>
internal sealed class ScriptedStreamService(ScriptedInbox inbox) : StreamService.StreamServiceBase
{
    public override async Task Connect(
        IAsyncStreamReader<ConnectRequest> requestStream, IServerStreamWriter<ConnectResponse> responseStream, ServerCallContext context)
    {
        var connection = new ScriptedConnection(requestStream, responseStream, context);
        inbox.Connections.Writer.TryWrite(connection);
        await connection.RunAsync();
    }

    public override Task<GetFailoverLogsResponse> GetFailoverLogs(GetFailoverLogsRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<GetFailoverLogsResponse>(request);

    public override Task<GetPartitionSeqnosResponse> GetPartitionSeqnos(GetPartitionSeqnosRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<GetPartitionSeqnosResponse>(request);

    public override Task<CombineResumeTokensResponse> CombineResumeTokens(CombineResumeTokensRequest request, ServerCallContext context) =>
        inbox.Answers.TakeAsync<CombineResumeTokensResponse>(request);

    public override async Task WatchPartitions(
        WatchPartitionsRequest request, IServerStreamWriter<WatchPartitionsResponse> responseStream, ServerCallContext context)
    {
        inbox.Answers.Requests.Enqueue(request);
        await foreach (var say in inbox.Ready.Reader.ReadAllAsync(context.CancellationToken)) await responseStream.WriteAsync(say());
    }
}
