using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Subscriptions.Server.Grpc.Standard;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Standard;

public sealed class ReflectionCatalogTests
{
    private readonly ReflectionCatalog _catalog = new();

    public ReflectionCatalogTests() => _catalog.Publish([SampleDescriptors.Shop, Health.Descriptor, SampleDescriptors.Shop]);

    [Fact]
    public void Answer_ListServices_NamesEachOnceInOrder()
    {
        var response = _catalog.Answer(new ServerReflectionRequest { ListServices = "" });

        Assert.Equal(["grpc.health.v1.Health", "sample.Shop"], response.ListServicesResponse.Service.Select(service => service.Name));
    }

    [Fact]
    public void Answer_NothingPublished_ListsNoServices()
    {
        var response = new ReflectionCatalog().Answer(new ServerReflectionRequest { ListServices = "*" });

        Assert.Equal(ServerReflectionResponse.MessageResponseOneofCase.ListServicesResponse, response.MessageResponseCase);
        Assert.Empty(response.ListServicesResponse.Service);
    }

    [Fact]
    public void Answer_AnyRequest_EchoesItAndItsHost()
    {
        var request = new ServerReflectionRequest { Host = "example.test", FileByFilename = "none.proto" };

        var response = _catalog.Answer(request);

        Assert.Equal("example.test", response.ValidHost);
        Assert.Equal(request, response.OriginalRequest);
    }

    [Fact]
    public void Answer_FileByFilename_GivesTheFileThenItsImports()
    {
        var response = _catalog.Answer(new ServerReflectionRequest { FileByFilename = "sample/shop.proto" });

        Assert.Equal(["sample/shop.proto", "sample/base.proto"], FileNames(response));
    }

    [Fact]
    public void Answer_ImportedFile_IsFoundByItself()
    {
        var response = _catalog.Answer(new ServerReflectionRequest { FileByFilename = "sample/base.proto" });

        Assert.Equal(["sample/base.proto"], FileNames(response));
    }

    [Theory]
    [InlineData("sample.Shop", "sample/shop.proto")]
    [InlineData("sample.Shop.Buy", "sample/shop.proto")]
    [InlineData("sample.Holder", "sample/shop.proto")]
    [InlineData("sample.note", "sample/shop.proto")]
    [InlineData("sample.Holder.weight", "sample/shop.proto")]
    [InlineData("sample.Base", "sample/base.proto")]
    [InlineData("sample.Base.title", "sample/base.proto")]
    [InlineData("sample.Base.heading", "sample/base.proto")]
    [InlineData("sample.Base.Inner", "sample/base.proto")]
    [InlineData("sample.Base.Kind", "sample/base.proto")]
    [InlineData("sample.Base.KIND_PLAIN", "sample/base.proto")]
    [InlineData("sample.Color", "sample/base.proto")]
    [InlineData("sample.COLOR_RED", "sample/base.proto")]
    [InlineData("grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto")]
    public void Answer_Symbol_GivesTheFileThatDeclaresIt(string symbol, string file)
    {
        var response = _catalog.Answer(new ServerReflectionRequest { FileContainingSymbol = symbol });

        Assert.Equal(file, FileNames(response)[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sample")]
    [InlineData("Shop")]
    [InlineData(".sample.Shop")]
    [InlineData("sample.Shop.Sell")]
    [InlineData("sample.Kind")]
    public void Answer_UnknownSymbol_IsNotFoundAndNamesIt(string symbol) =>
        AssertError(StatusCode.NotFound, $"'{symbol}'", new ServerReflectionRequest { FileContainingSymbol = symbol });

    [Fact]
    public void Answer_UnknownFile_IsNotFoundAndNamesIt() =>
        AssertError(StatusCode.NotFound, "'../etc/passwd'", new ServerReflectionRequest { FileByFilename = "../etc/passwd" });

    [Theory]
    [InlineData(150)]
    [InlineData(101)]
    public void Answer_Extension_GivesTheFileThatDeclaresIt(int number)
    {
        var response = _catalog.Answer(Extension("sample.Base", number));

        Assert.Equal(["sample/shop.proto", "sample/base.proto"], FileNames(response));
    }

    [Theory]
    [InlineData("sample.Base", 151)]
    [InlineData("sample.Base", -1)]
    [InlineData("sample.Holder", 150)]
    [InlineData("sample.None", 150)]
    public void Answer_UnknownExtension_IsNotFoundAndNamesIt(string message, int number) =>
        AssertError(StatusCode.NotFound, $"extension {number} of '{message}'", Extension(message, number));

    [Fact]
    public void Answer_ExtensionNumbers_GivesThemInOrder()
    {
        var response = _catalog.Answer(new ServerReflectionRequest { AllExtensionNumbersOfType = "sample.Base" });

        Assert.Equal("sample.Base", response.AllExtensionNumbersResponse.BaseTypeName);
        Assert.Equal([101, 150], response.AllExtensionNumbersResponse.ExtensionNumber);
    }

    [Theory]
    [InlineData("sample.Holder")]
    [InlineData("sample.Base.Inner")]
    public void Answer_ExtensionNumbersOfAMessageThatNothingExtends_AreNone(string message)
    {
        var response = _catalog.Answer(new ServerReflectionRequest { AllExtensionNumbersOfType = message });

        Assert.Equal(message, response.AllExtensionNumbersResponse.BaseTypeName);
        Assert.Empty(response.AllExtensionNumbersResponse.ExtensionNumber);
    }

    [Theory]
    [InlineData("sample.None")]
    [InlineData("sample.Color")]
    public void Answer_ExtensionNumbersOfNoMessage_IsNotFound(string name) =>
        AssertError(StatusCode.NotFound, $"'{name}'", new ServerReflectionRequest { AllExtensionNumbersOfType = name });

    [Fact]
    public void Answer_NoRequest_IsInvalid() =>
        AssertError(StatusCode.InvalidArgument, "message_request", new ServerReflectionRequest());

    /// <summary>A tool must be able to link what it gets, and to find every file that is imported.</summary>
    [Fact]
    public void Answer_OwnContracts_AreSelfContained()
    {
        _catalog.Publish([DatabaseAdminService.Descriptor, Health.Descriptor, ServerReflection.Descriptor]);
        var response = _catalog.Answer(new ServerReflectionRequest { FileContainingSymbol = DatabaseAdminService.Descriptor.FullName });
        var files = response.FileDescriptorResponse.FileDescriptorProto;

        Assert.True(files.Count > 1);
        var importsFirst = files.Reverse().ToArray();
        Assert.Contains(
            FileDescriptor.BuildFromByteStrings(importsFirst).SelectMany(file => file.Services),
            service => service.FullName == DatabaseAdminService.Descriptor.FullName);
        Assert.All(FileNames(response), name => Assert.Equal(name, FileNames(_catalog.Answer(new() { FileByFilename = name }))[0]));
    }

    private static ServerReflectionRequest Extension(string message, int number) =>
        new() { FileContainingExtension = new ExtensionRequest { ContainingType = message, ExtensionNumber = number } };

    private static string[] FileNames(ServerReflectionResponse response) =>
        [.. response.FileDescriptorResponse.FileDescriptorProto.Select(bytes => FileDescriptorProto.Parser.ParseFrom(bytes).Name)];

    private void AssertError(StatusCode code, string part, ServerReflectionRequest request)
    {
        var error = _catalog.Answer(request).ErrorResponse;

        Assert.NotNull(error);
        Assert.Equal((int)code, error.ErrorCode);
        Assert.Contains(part, error.ErrorMessage, StringComparison.Ordinal);
    }
}
