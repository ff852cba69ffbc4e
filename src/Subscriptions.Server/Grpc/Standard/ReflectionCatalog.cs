using Grpc.Core;
using Grpc.Reflection.V1;
using static Grpc.Reflection.V1.ServerReflectionRequest;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Subscriptions.Server.Grpc.Standard;

/// <summary>Answers what is asked of <c>grpc.reflection.v1</c>. Thread-safe; it describes nothing until services are published.</summary>
internal sealed class ReflectionCatalog
{
    private volatile ReflectionIndex _index = new([]);

    /// <summary>Replaces what is described.</summary>
    public void Publish(IEnumerable<ServiceDescriptor> services) => _index = new ReflectionIndex(services);

    /// <summary>The response to one request; what cannot be answered is a response too and does not end the stream.</summary>
    public ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var index = _index;
        var response = request.MessageRequestCase switch
        {
            MessageRequestOneofCase.ListServices => ServiceList(index),
            MessageRequestOneofCase.FileByFilename =>
                Files(index.FindFile(request.FileByFilename), $"There is no file '{request.FileByFilename}'."),
            MessageRequestOneofCase.FileContainingSymbol =>
                Files(index.FindSymbol(request.FileContainingSymbol), $"There is no symbol '{request.FileContainingSymbol}'."),
            MessageRequestOneofCase.FileContainingExtension => ExtensionFiles(index, request.FileContainingExtension),
            MessageRequestOneofCase.AllExtensionNumbersOfType => ExtensionNumbers(index, request.AllExtensionNumbersOfType),
            _ => Error(StatusCode.InvalidArgument, "message_request is missing, or of a kind that this server does not know."),
        };
        response.ValidHost = request.Host;
        response.OriginalRequest = request;
        return response;
    }

    private static ServerReflectionResponse ServiceList(ReflectionIndex index) => new()
    {
        ListServicesResponse = new ListServiceResponse { Service = { index.Services.Select(name => new ServiceResponse { Name = name }) } },
    };

    private static ServerReflectionResponse ExtensionFiles(ReflectionIndex index, ExtensionRequest request) => Files(
        index.FindExtension(request.ContainingType, request.ExtensionNumber),
        $"There is no extension {request.ExtensionNumber} of '{request.ContainingType}'.");

    private static ServerReflectionResponse ExtensionNumbers(ReflectionIndex index, string message) =>
        index.FindExtensionNumbers(message) is { } numbers
            ? new() { AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = message, ExtensionNumber = { numbers } } }
            : Error(StatusCode.NotFound, $"There is no message '{message}'.");

    private static ServerReflectionResponse Files(FileDescriptorResponse? files, string otherwise) =>
        files is null ? Error(StatusCode.NotFound, otherwise) : new() { FileDescriptorResponse = files };

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };
}
