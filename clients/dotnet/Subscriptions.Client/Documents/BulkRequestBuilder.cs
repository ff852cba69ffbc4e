using System.Globalization;

namespace Subscriptions.Client;

/// <summary>Gathers operations into requests that gRPC will take. Not thread-safe, but for <see cref="Measure"/>.</summary>
internal sealed class BulkRequestBuilder(string database, BulkWriterOptions options, int maxMessageBytes)
{
    // The database's name, and each operation's tag and length.
    private const int RequestOverhead = 2048;
    private const int OperationOverhead = 8;

    private readonly int _mostOnWire = maxMessageBytes - RequestOverhead;
    private V1.BulkWriteRequest _request = new() { Database = database };
    private Size _size;

    public bool IsEmpty => _request.Operations.Count == 0;

    /// <summary>What an operation adds to a request.</summary>
    /// <exception cref="InvalidRequestException">No request can hold it.</exception>
    public Size Measure(V1.WriteOperation operation)
    {
        var onWire = operation.CalculateSize() + OperationOverhead;
        return onWire <= _mostOnWire
            ? new Size(operation.Id.Length + (operation.Put?.Content.Length ?? 0), onWire)
            : throw Faults.TooLarge(
                "operation",
                onWire.ToString(CultureInfo.InvariantCulture),
                $"The operation on '{operation.Id}' takes {onWire} bytes; it may take {_mostOnWire}, which is "
                + $"{nameof(SubscriptionsClientOptions)}.{nameof(SubscriptionsClientOptions.MaxMessageBytes)} less {RequestOverhead}.");
    }

    /// <summary>False when the request must be sent before an operation of this size is added.</summary>
    public bool Fits(Size size)
    {
        var sum = _size.Plus(size);
        return IsEmpty || (sum.Bytes <= options.MaxBytes && sum.OnWire <= _mostOnWire);
    }

    /// <summary>True when the request is to be sent once this operation is added.</summary>
    public bool IsFilledBy(Size size)
    {
        var sum = _size.Plus(size);
        return _request.Operations.Count + 1 >= options.MaxOperations || sum.Bytes >= options.MaxBytes || sum.OnWire >= _mostOnWire;
    }

    public void Add(V1.WriteOperation operation, Size size)
    {
        _request.Operations.Add(operation);
        _size = _size.Plus(size);
    }

    /// <summary>The request; the next one begins. It need not name the database again.</summary>
    public V1.BulkWriteRequest Take()
    {
        var request = _request;
        _request = new V1.BulkWriteRequest();
        _size = default;
        return request;
    }

    /// <summary>How large operations are.</summary>
    /// <param name="Bytes">Ids and content, which is what the options limit.</param>
    /// <param name="OnWire">All of it, which is what gRPC limits.</param>
    internal readonly record struct Size(int Bytes, int OnWire)
    {
        public Size Plus(Size other) => new(Bytes + other.Bytes, OnWire + other.OnWire);
    }
}
