using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Subscriptions;

/// <summary>Positions as they are written on the command line.</summary>
internal static class CursorText
{
    /// <summary>What may be written, for help.</summary>
    public const string Forms = "beginning, now, a change vector, or a resume token";

    /// <summary>
    /// Reads a position. A change vector has a colon in each of its entries ("p0:1200-00c3a1b2c3d4e5f6"), a resume token has none. Whether
    /// the rest is right is for the server to say.
    /// </summary>
    public static SubscriptionCursor Parse(string text) => text switch
    {
        "" => throw new UsageException($"the position is empty; it may be {Forms}"),
        "beginning" => SubscriptionCursor.Beginning,
        "now" => SubscriptionCursor.Now,
        _ when text.Contains(':', StringComparison.Ordinal) => SubscriptionCursor.FromChangeVector(text),
        _ => SubscriptionCursor.FromResumeToken(text),
    };
}
