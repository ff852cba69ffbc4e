using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Validation;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>Makes one resume token of several.</summary>
internal static class TokenCombination
{
    private const int MaxTokens = 1024;

    /// <summary>That of each partition from the last token that names it.</summary>
    /// <exception cref="InvalidInputException">One is not a token, or there are too many or none.</exception>
    public static ResumeToken Of(IReadOnlyList<string> tokens)
    {
        if (tokens.Count is 0 or > MaxTokens)
        {
            throw new InvalidInputException(
                "resume_tokens", tokens.Count.ToString(CultureInfo.InvariantCulture), $"is how many there are; there are 1 to {MaxTokens}");
        }

        var positions = new Dictionary<int, Position>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!ResumeToken.TryParse(tokens[i], out var token))
                throw new InvalidInputException($"resume_tokens[{i}]", tokens[i], "is not a resume token that this server gave");
            foreach (var position in token.Positions) positions[position.Partition] = position;
        }

        return new ResumeToken(positions.Values);
    }
}
