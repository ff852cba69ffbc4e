namespace Subscriptions.Server.Tests.GrpcApi;

/// <summary>A type or member of the API contracts that a package's metadata names.</summary>
/// <param name="Package">The assembly that binds to it.</param>
/// <param name="Token">Its row in that assembly's metadata, by which the runtime resolves it.</param>
/// <param name="Name">The name for people.</param>
internal sealed record GrpcApiReference(string Package, int Token, string Name)
{
    public override string ToString() => $"{Package} binds to {Name} (token 0x{Token:x8})";
}
