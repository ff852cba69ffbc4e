using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Subscriptions.Server.Grpc.Standard;

/// <summary>What can be asked about a set of services, by name. Immutable and thread-safe.</summary>
internal sealed class ReflectionIndex
{
    private readonly FrozenDictionary<string, FileDescriptorResponse> _byFile;
    private readonly FrozenDictionary<string, FileDescriptorResponse> _bySymbol;
    private readonly FrozenDictionary<string, SortedList<int, FileDescriptorResponse>> _byExtension;

    public ReflectionIndex(IEnumerable<ServiceDescriptor> services)
    {
        var described = services.DistinctBy(service => service.FullName).ToArray();
        Services = [.. described.Select(service => service.FullName).Order(StringComparer.Ordinal)];

        var files = described.SelectMany(service => WithImports(service.File)).DistinctBy(file => file.Name).ToArray();
        _byFile = files.ToFrozenDictionary(file => file.Name, Response, StringComparer.Ordinal);

        var bySymbol = new Dictionary<string, FileDescriptorResponse>(StringComparer.Ordinal);
        var byExtension = new Dictionary<string, SortedList<int, FileDescriptorResponse>>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var symbol in DescriptorSymbols.Of(file))
                bySymbol[symbol] = _byFile[file.Name];
            foreach (var extension in DescriptorSymbols.ExtensionsOf(file))
                ExtensionsOf(extension.ExtendeeType.FullName)[extension.FieldNumber] = _byFile[file.Name];
            // A message that nothing extends is known all the same: its list of extensions is empty.
            foreach (var message in file.MessageTypes.SelectMany(WithNested))
                ExtensionsOf(message.FullName);
        }

        _bySymbol = bySymbol.ToFrozenDictionary(StringComparer.Ordinal);
        _byExtension = byExtension.ToFrozenDictionary(StringComparer.Ordinal);

        SortedList<int, FileDescriptorResponse> ExtensionsOf(string message) =>
            byExtension.TryGetValue(message, out var known) ? known : byExtension[message] = [];
    }

    /// <summary>Fully qualified names of the services, sorted.</summary>
    public IReadOnlyList<string> Services { get; }

    /// <summary>A file and all that it imports, or null.</summary>
    public FileDescriptorResponse? FindFile(string name) => _byFile.GetValueOrDefault(name);

    /// <summary>The file that declares a symbol and all that it imports, or null.</summary>
    public FileDescriptorResponse? FindSymbol(string name) => _bySymbol.GetValueOrDefault(name);

    /// <summary>The file that declares an extension and all that it imports, or null.</summary>
    public FileDescriptorResponse? FindExtension(string message, int number) =>
        _byExtension.GetValueOrDefault(message)?.GetValueOrDefault(number);

    /// <summary>Numbers of a message's extensions, ascending; null if the message is not known.</summary>
    public IReadOnlyList<int>? FindExtensionNumbers(string message) => _byExtension.GetValueOrDefault(message)?.Keys.AsReadOnly();

    private static FileDescriptorResponse Response(FileDescriptor file) =>
        new() { FileDescriptorProto = { WithImports(file).Select(import => import.SerializedData) } };

    // Breadth first, so that the file itself comes first.
    private static List<FileDescriptor> WithImports(FileDescriptor file)
    {
        var files = new List<FileDescriptor> { file };
        for (var i = 0; i < files.Count; i++)
            files.AddRange(files[i].Dependencies.Except(files));
        return files;
    }

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) =>
        message.NestedTypes.SelectMany(WithNested).Prepend(message);
}
