using Google.Protobuf;
using Google.Protobuf.Reflection;
using static Google.Protobuf.Reflection.FieldDescriptorProto.Types;
using FieldType = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;

namespace Subscriptions.Server.Tests.Standard;

/// <summary>
/// Files that declare one of everything: <c>sample/base.proto</c> with a message to extend, and <c>sample/shop.proto</c>, which imports
/// it, extends it at its top and inside a message, and declares a service.
/// </summary>
internal static class SampleDescriptors
{
    private static readonly FileDescriptorProto BaseFile = new()
    {
        Name = "sample/base.proto",
        Package = "sample",
        Syntax = "proto2",
        MessageType =
        {
            new DescriptorProto
            {
                Name = "Base",
                Field =
                {
                    new FieldDescriptorProto { Name = "title", Number = 1, Type = FieldType.String, Label = Label.Optional, OneofIndex = 0 },
                },
                OneofDecl = { new OneofDescriptorProto { Name = "heading" } },
                NestedType = { new DescriptorProto { Name = "Inner" } },
                EnumType = { Enum("Kind", "KIND_PLAIN") },
                ExtensionRange = { new DescriptorProto.Types.ExtensionRange { Start = 100, End = 200 } },
            },
        },
        EnumType = { Enum("Color", "COLOR_RED") },
    };

    private static readonly FileDescriptorProto ShopFile = new()
    {
        Name = "sample/shop.proto",
        Package = "sample",
        Syntax = "proto2",
        Dependency = { "sample/base.proto" },
        Extension = { Extension("note", 150) },
        MessageType = { new DescriptorProto { Name = "Holder", Extension = { Extension("weight", 101) } } },
        Service =
        {
            new ServiceDescriptorProto
            {
                Name = "Shop",
                Method = { new MethodDescriptorProto { Name = "Buy", InputType = ".sample.Base", OutputType = ".sample.Holder" } },
            },
        },
    };

    /// <summary>The service <c>sample.Shop</c>.</summary>
    public static ServiceDescriptor Shop { get; } =
        FileDescriptor.BuildFromByteStrings([BaseFile.ToByteString(), ShopFile.ToByteString()])[1].Services.Single();

    private static EnumDescriptorProto Enum(string name, string value) =>
        new() { Name = name, Value = { new EnumValueDescriptorProto { Name = value, Number = 0 } } };

    private static FieldDescriptorProto Extension(string name, int number) =>
        new() { Name = name, Number = number, Type = FieldType.String, Label = Label.Optional, Extendee = ".sample.Base" };
}
