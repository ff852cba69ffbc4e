using System.Buffers;

namespace Subscriptions.Server.Http.CouchDb.Requests;

/// <summary>
/// An answer of many rows: sent in pieces, so that it takes little memory however long it is. Until the first piece is sent a failure can still be
/// answered as such. Not thread-safe.
/// </summary>
/// <param name="request">What is answered.</param>
/// <param name="status">The status.</param>
internal sealed class CouchRows(CouchRequest request, int status)
{
    private const int PieceBytes = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _piece = new(4096);

    /// <summary>Where rows are written to.</summary>
    public IBufferWriter<byte> Output => _piece;

    /// <summary>Between rows: sends what has been written if that is a piece.</summary>
    public ValueTask SendAsync() => _piece.WrittenCount < PieceBytes ? ValueTask.CompletedTask : SendPieceAsync();

    /// <summary>Sends the rest and a line feed.</summary>
    public async ValueTask CompleteAsync()
    {
        _piece.Write("\n"u8);
        if (!request.Context.Response.HasStarted) request.Context.Response.ContentLength = _piece.WrittenCount;
        await SendPieceAsync();
    }

    private async ValueTask SendPieceAsync()
    {
        var response = request.Context.Response;
        if (!response.HasStarted) response.Head(status);
        await response.Body.WriteAsync(_piece.WrittenMemory, request.Aborted);
        _piece.ResetWrittenCount();
    }
}
