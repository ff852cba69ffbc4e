using Google.Protobuf;
using Subscriptions.V1;

namespace Subscriptions.Server.Tests.Fixtures;

/// <summary>Messages that many tests send.</summary>
internal static class Requests
{
    /// <summary>Opens the subscription <c>ship</c> of the database <c>shop</c>.</summary>
    public static WorkOpen Open(
        OpeningStrategy strategy = OpeningStrategy.Unspecified, string worker = "worker-a", int maxDocs = 0, int window = 0, bool closeWhenDrained = false) =>
        new()
        {
            Database = "shop",
            Subscription = "ship",
            Strategy = strategy,
            WorkerName = worker,
            MaxDocs = maxDocs,
            Window = window,
            CloseWhenDrained = closeWhenDrained,
        };

    /// <summary>Puts a small document, of the collection Orders unless told otherwise.</summary>
    public static WriteOperation Put(string id, string content = """{"Company":"companies/11"}""", string collection = "Orders") =>
        Put(id, ByteString.CopyFromUtf8(content), collection);

    /// <inheritdoc cref="Put(string, string, string)" />
    public static WriteOperation Put(string id, ByteString content, string collection = "Orders") =>
        new() { Id = id, Put = new PutAction { Content = content, Collection = collection } };

    /// <summary>A JSON object of exactly so many bytes.</summary>
    public static ByteString ContentOf(int bytes)
    {
        const string Frame = """{"x":""}""";
        return ByteString.CopyFromUtf8(Frame.Insert(6, new string('a', bytes - Frame.Length)));
    }
}
