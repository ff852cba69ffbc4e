using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>A definition as its row holds it.</summary>
internal sealed record DefinitionRow(
    string Database, string NameKey, string Name, byte[] Query, bool IncludeDeletes, bool Disabled)
{
    // Throws where the usual encoding would put a replacement character, after which two names could be one.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The row of a definition.</summary>
    /// <exception cref="InvalidInputException">The name or the query is not valid Unicode.</exception>
    public static DefinitionRow Of(SubscriptionDefinition definition)
    {
        _ = Encode("name", definition.Name);
        return new DefinitionRow(
            definition.Database.Value,
            SubscriptionDefinition.NormalizeName(definition.Name),
            definition.Name,
            Encode("query", definition.Query),
            definition.IncludeDeletes,
            definition.Disabled);
    }

    /// <summary>The definition that a row holds.</summary>
    public static SubscriptionDefinition ToDefinition(
        DatabaseName database, string name, ReadOnlySpan<byte> query, bool includeDeletes, bool disabled) => new()
        {
            Database = database,
            Name = name,
            Query = Encoding.UTF8.GetString(query),
            IncludeDeletes = includeDeletes,
            Disabled = disabled,
        };

    private static byte[] Encode(string field, string value)
    {
        try
        {
            return Utf8.GetBytes(value);
        }
        catch (EncoderFallbackException e)
        {
            throw new InvalidInputException(field, "", $"has half of a surrogate pair at character {e.Index + 1}; it must be valid Unicode");
        }
    }
}
