using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Subscriptions.Server.Tests.GrpcApi;

/// <summary>Reads from an assembly's metadata what it binds to in Grpc.Core.Api and Grpc.Net.Common.</summary>
internal sealed class GrpcPackageMetadata : IDisposable
{
    private static readonly string[] ApiAssemblies = ["Grpc.Core.Api", "Grpc.Net.Common"];

    private readonly string _package;
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public GrpcPackageMetadata(string path)
    {
        _package = Path.GetFileNameWithoutExtension(path);
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
    }

    public void Dispose() => _file.Dispose();

    public IReadOnlyList<GrpcApiReference> Types() =>
    [
        .. from handle in _metadata.TypeReferences
           where IsOfApi(handle)
           select Reference(handle, NameOf(handle)),
    ];

    public IReadOnlyList<GrpcApiReference> Members() =>
    [
        .. from handle in _metadata.MemberReferences
           let member = _metadata.GetMemberReference(handle)
           let type = DeclaringType(member.Parent)
           where !type.IsNil && IsOfApi(type)
           select Reference(handle, $"{NameOf(type)}.{_metadata.GetString(member.Name)}"),
    ];

    private GrpcApiReference Reference(EntityHandle handle, string name) => new(_package, MetadataTokens.GetToken(handle), name);

    /// <summary>The named type that declares a member: itself, or the definition behind a constructed generic type.</summary>
    private TypeReferenceHandle DeclaringType(EntityHandle parent) => parent.Kind switch
    {
        HandleKind.TypeReference => (TypeReferenceHandle)parent,
        HandleKind.TypeSpecification => GenericDefinition((TypeSpecificationHandle)parent),
        _ => default,
    };

    private TypeReferenceHandle GenericDefinition(TypeSpecificationHandle handle)
    {
        var signature = _metadata.GetBlobReader(_metadata.GetTypeSpecification(handle).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            return default;
        // The byte between says class or struct.
        signature.ReadCompressedInteger();
        var type = signature.ReadTypeHandle();
        return type.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)type : default;
    }

    private bool IsOfApi(TypeReferenceHandle handle)
    {
        var scope = _metadata.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => IsOfApi((TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => ApiAssemblies.Contains(
                _metadata.GetString(_metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name)),
            _ => false,
        };
    }

    private string NameOf(TypeReferenceHandle handle)
    {
        var type = _metadata.GetTypeReference(handle);
        var name = _metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf((TypeReferenceHandle)type.ResolutionScope)}.{name}"
            : $"{_metadata.GetString(type.Namespace)}.{name}";
    }
}
