using System.Reflection;
using System.Runtime.Loader;
using Xunit;

namespace Subscriptions.Server.Tests.GrpcApi;

/// <summary>
/// The gRPC packages were compiled against the official API assemblies, and the runtime binds a member only when it is first used. So
/// everything that they name is resolved here, by the runtime itself: an update of the packages that needs more fails in this test
/// rather than in some call in production.
/// </summary>
public sealed class GrpcApiBindingTests
{
    // Enough for the widest method: a member's parent may be built from type parameters of the method that uses it. What stands in for
    // them must be a class, as gRPC's messages are.
    private static readonly Type[] TypeArguments = [.. Enumerable.Repeat(typeof(object), 8)];

    [Fact]
    public void Packages_BesideTheTest_AreServerAndClient()
    {
        var names = PackagePaths().Select(Path.GetFileNameWithoutExtension);

        Assert.Superset(new HashSet<string?> { "Grpc.AspNetCore.Server", "Grpc.Net.Client" }, names.ToHashSet());
    }

    [Fact]
    public void Types_NamedByPackages_Resolve()
    {
        var references = References(metadata => metadata.Types());

        Assert.True(references.Count > 30, $"Only {references.Count} types were found: the metadata are not being read.");
        AssertResolved(references, (module, token) => module.ResolveType(token, TypeArguments, TypeArguments));
    }

    [Fact]
    public void Members_NamedByPackages_Resolve()
    {
        var references = References(metadata => metadata.Members());

        Assert.True(references.Count > 50, $"Only {references.Count} members were found: the metadata are not being read.");
        AssertResolved(references, (module, token) => module.ResolveMember(token, TypeArguments, TypeArguments)!);
    }

    /// <summary>Loading a type fails if it leaves an abstract member or an interface of the contracts without an implementation.</summary>
    [Fact]
    public void Types_DefinedByPackages_Load()
    {
        foreach (var path in PackagePaths())
            Assert.NotEmpty(Load(path).GetTypes());
    }

    [Theory]
    [InlineData("Grpc.Core.Api")]
    [InlineData("Grpc.Net.Common")]
    public void Assembly_OfContracts_HasTheIdentityThatPackagesReference(string name)
    {
        var referenced = PackagePaths().SelectMany(path => Load(path).GetReferencedAssemblies()).Where(assembly => assembly.Name == name);

        var actual = Assembly.Load(name).FullName;

        Assert.Equal([actual], referenced.Select(assembly => assembly.FullName).Distinct());
    }

    private static IEnumerable<string> PackagePaths() =>
        from path in Directory.EnumerateFiles(AppContext.BaseDirectory, "Grpc.*.dll")
        where Path.GetFileNameWithoutExtension(path) is not ("Grpc.Core.Api" or "Grpc.Net.Common")
        select path;

    private static List<GrpcApiReference> References(Func<GrpcPackageMetadata, IReadOnlyList<GrpcApiReference>> read)
    {
        var references = new List<GrpcApiReference>();
        foreach (var path in PackagePaths())
        {
            using var metadata = new GrpcPackageMetadata(path);
            references.AddRange(read(metadata));
        }

        return references;
    }

    private static Assembly Load(string path) => AssemblyLoadContext.Default.LoadFromAssemblyPath(path);

    private static void AssertResolved(List<GrpcApiReference> references, Func<Module, int, MemberInfo> resolve)
    {
        var modules = PackagePaths().Select(Load).ToDictionary(assembly => assembly.GetName().Name!, assembly => assembly.ManifestModule);
        var missing = new List<string>();
        foreach (var reference in references)
        {
            try
            {
                resolve(modules[reference.Package], reference.Token);
            }
            catch (Exception e)
            {
                // Whatever the runtime throws here it would throw in the middle of a call.
                missing.Add($"{reference}: {e.Message}");
            }
        }

        Assert.True(missing.Count == 0, $"{missing.Count} of {references.Count} do not resolve:\n{string.Join("\n", missing)}");
    }
}
