using Subscriptions.Client;

namespace Subscriptions.Cli.Working;

/// <summary>Kinds of changes as scripts see them.</summary>
internal static class ChangeKindName
{
    /// <summary>A kind's name.</summary>
    public static string Of(ChangeKind kind) => kind switch
    {
        ChangeKind.Put => "put",
        ChangeKind.Delete => "delete",
        ChangeKind.Expiry => "expiry",
        _ => "unknown",
    };
}
