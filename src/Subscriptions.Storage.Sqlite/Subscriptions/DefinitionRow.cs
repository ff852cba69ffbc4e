using System.Globalization;
using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>A definition as its row holds it: the columns from <c>database</c> to <c>ack_timeout</c>.</summary>
internal sealed record DefinitionRow
{
    /// <summary>The columns that <see cref="Read"/> reads, in its order.</summary>
    public const string Columns =
        """
        name, query, include_deletes, disabled, stopped_reason, parameters,
        max_attempts, initial_backoff, max_backoff, on_exhausted, on_script_error, ack_timeout
        """;

    /// <summary>How many <see cref="Columns"/> there are.</summary>
    public const int ColumnCount = 12;

    // Throws where the usual encoding would put a replacement character, after which two names could be one.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SubscriptionDefinition _definition;
    private readonly byte[] _query;
    private readonly byte[] _parameters;
    private readonly byte[] _stoppedReason;

    /// <summary>Encodes a definition.</summary>
    /// <exception cref="InvalidInputException">A text is not valid Unicode.</exception>
    public DefinitionRow(SubscriptionDefinition definition)
    {
        _definition = definition;
        _ = Encode("name", definition.Name);
        _query = Encode("query", definition.Query);
        _parameters = Encode("parameters", definition.Parameters);

        // For people, and from a script as likely as not: what of it is no Unicode is not worth a refusal.
        _stoppedReason = Encoding.UTF8.GetBytes(definition.StoppedReason);
        NameKey = SubscriptionDefinition.NormalizeName(definition.Name);
    }

    /// <summary>The database.</summary>
    public string Database => _definition.Database.Value;

    /// <summary>What makes two names the same.</summary>
    public string NameKey { get; }

    /// <summary>Binds the columns <c>database</c>, <c>name_key</c> and <see cref="Columns"/> to the parameters 2 to 15.</summary>
    public void Bind(SqliteStatement statement)
    {
        var retries = _definition.RetryPolicy;
        statement.Bind(2, Database);
        statement.Bind(3, NameKey);
        statement.Bind(4, _definition.Name);
        statement.Bind(5, _query);
        statement.Bind(6, _definition.IncludeDeletes ? 1L : 0L);
        statement.Bind(7, _definition.Disabled ? 1L : 0L);
        statement.Bind(8, _stoppedReason);
        statement.Bind(9, _parameters);
        statement.Bind(10, retries.MaxAttempts);
        statement.Bind(11, retries.InitialBackoff.Ticks);
        statement.Bind(12, retries.MaxBackoff.Ticks);
        statement.Bind(13, (long)retries.OnExhausted);
        statement.Bind(14, (long)retries.OnScriptError);
        statement.Bind(15, _definition.AckTimeout?.Ticks);
    }

    /// <summary>The definition that a row holds.</summary>
    /// <param name="row">A row that begins with <see cref="Columns"/> at <paramref name="column"/>.</param>
    /// <param name="column">Where they begin.</param>
    /// <param name="database">The database.</param>
    /// <param name="id">The subscription, to name it in complaints.</param>
    /// <param name="path">The file, for the same.</param>
    /// <exception cref="StoreException">The row is damaged.</exception>
    public static SubscriptionDefinition Read(SqliteStatement row, int column, DatabaseName database, SubscriptionId id, string path) => new()
    {
        Database = database,
        Name = row.Text(column),
        Query = row.Text(column + 1),
        IncludeDeletes = row.Int64(column + 2) != 0,
        Disabled = row.Int64(column + 3) != 0,
        StoppedReason = row.Text(column + 4),
        Parameters = row.Text(column + 5),
        RetryPolicy = new RetryPolicy
        {
            MaxAttempts = (int)Number(row, column + 6, 1, RetryPolicy.MostAttempts, id, path),
            InitialBackoff = Span(row, column + 7, 0, id, path),
            MaxBackoff = Span(row, column + 8, 0, id, path),
            OnExhausted = (ExhaustedAction)Number(row, column + 9, 1, (long)ExhaustedAction.Stop, id, path),
            OnScriptError = (ScriptErrorAction)Number(row, column + 10, 1, (long)ScriptErrorAction.DeadLetter, id, path),
        },
        AckTimeout = row.IsNull(column + 11) ? null : Span(row, column + 11, 1, id, path),
    };

    private static TimeSpan Span(SqliteStatement row, int column, long min, SubscriptionId id, string path) =>
        new(Number(row, column, min, TimeSpan.TicksPerDay, id, path));

    private static long Number(SqliteStatement row, int column, long min, long max, SubscriptionId id, string path)
    {
        var value = row.Int64(column);
        if (value >= min && value <= max) return value;
        throw SqliteFaults.Corrupt(path, string.Create(
            CultureInfo.InvariantCulture, $"a setting of subscription {id} is {value}, which is not from {min} to {max}"));
    }

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
