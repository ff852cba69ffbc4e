using System.Text;
using Subscriptions.Core.Changes;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>Resume tokens of one partition.</summary>
internal static class StreamTokens
{
    /// <summary>The most bytes that one takes as text.</summary>
    public static int MaxBytes { get; } = ResumeTokenText.MaxBytes(1);

    /// <summary>A position as a token, in ASCII.</summary>
    public static byte[] BytesOf(Position position)
    {
        Span<byte> text = stackalloc byte[MaxBytes];
        return text[..Write(position, text)].ToArray();
    }

    /// <summary>A position as a token.</summary>
    public static string TextOf(Position position) => Encoding.ASCII.GetString(BytesOf(position));

    /// <summary>Writes a position as a token, in ASCII.</summary>
    /// <param name="position">The position.</param>
    /// <param name="text">At least <see cref="MaxBytes"/>.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(Position position, Span<byte> text) => ResumeTokenText.Write([position], text);
}
