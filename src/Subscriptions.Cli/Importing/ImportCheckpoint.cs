using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Importing;

/// <summary>
/// A small file that remembers how far an import has come, so that it goes on there even after the program was killed. It is always a
/// little behind what is durable, never ahead: lines are at worst imported twice, none is left out.
/// </summary>
internal sealed class ImportCheckpoint(string path, string source, string database)
{
    private long _written;

    /// <summary>The line to go on with; 1 when nothing is remembered.</summary>
    /// <exception cref="CommandFailedException">The file belongs to another import, or is none of these.</exception>
    public long ReadNextLine()
    {
        if (!File.Exists(path)) return 1;
        var entry = Read();
        if (entry.Source != source || entry.Database != database)
        {
            throw new CommandFailedException(
                $"checkpoint '{path}' is of the import of '{entry.Source}' into '{entry.Database}'; name another, or delete it");
        }

        _written = entry.UpToLine;
        return entry.UpToLine + 1;
    }

    /// <summary>Remembers a line. Written beside the file and put in its place, so that it is never half written.</summary>
    public void Write(long upToLine)
    {
        if (upToLine <= _written) return;
        var temporary = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}.tmp");
        using (var file = File.Create(temporary))
        {
            JsonSerializer.Serialize(file, new Entry(source, database, upToLine), CheckpointJson.Default.Entry);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        _written = upToLine;
    }

    /// <summary>Forgets: everything was imported.</summary>
    public void Delete() => File.Delete(path);

    private Entry Read()
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, CheckpointJson.Default.Entry) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new CommandFailedException($"'{path}' is no checkpoint of an import: {e.Message}");
        }
    }

    internal sealed record Entry(
        [property: JsonRequired] string Source,
        [property: JsonRequired] string Database,
        [property: JsonRequired] long UpToLine);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImportCheckpoint.Entry))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
