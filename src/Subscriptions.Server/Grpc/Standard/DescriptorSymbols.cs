using Google.Protobuf.Reflection;

namespace Subscriptions.Server.Grpc.Standard;

/// <summary>Lists what a file declares.</summary>
internal static class DescriptorSymbols
{
    /// <summary>
    /// Fully qualified names of all services, methods, messages, fields, oneofs, enums, values and extensions of a file, nested ones
    /// included. Values are siblings of their enum, as protobuf scopes them.
    /// </summary>
    public static IEnumerable<string> Of(FileDescriptor file) =>
    [
        .. file.Services.SelectMany(service => service.Methods.Select(method => method.FullName).Prepend(service.FullName)),
        .. file.EnumTypes.SelectMany(type => OfEnum(type, file.Package)),
        .. file.MessageTypes.SelectMany(OfMessage),
        .. ExtensionsOf(file).Select(extension => extension.FullName),
    ];

    /// <summary>All extensions that a file declares, at its top or inside messages.</summary>
    public static IEnumerable<FieldDescriptor> ExtensionsOf(FileDescriptor file) =>
        file.Extensions.UnorderedExtensions.Concat(file.MessageTypes.SelectMany(ExtensionsOf));

    private static IEnumerable<FieldDescriptor> ExtensionsOf(MessageDescriptor message) =>
        message.Extensions.UnorderedExtensions.Concat(message.NestedTypes.SelectMany(ExtensionsOf));

    private static IEnumerable<string> OfMessage(MessageDescriptor message) =>
    [
        message.FullName,
        .. message.Fields.InDeclarationOrder().Select(field => field.FullName),
        .. message.Oneofs.Select(oneof => oneof.FullName),
        .. message.EnumTypes.SelectMany(type => OfEnum(type, message.FullName)),
        .. message.NestedTypes.SelectMany(OfMessage),
    ];

    private static IEnumerable<string> OfEnum(EnumDescriptor type, string scope)
    {
        var prefix = scope.Length == 0 ? "" : $"{scope}.";
        return type.Values.Select(value => prefix + value.Name).Prepend(type.FullName);
    }
}
