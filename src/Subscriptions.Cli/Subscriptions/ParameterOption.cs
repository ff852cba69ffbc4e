using System.CommandLine;
using System.Text;
using System.Text.Json;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Subscriptions;

/// <summary>Values of a query's parameters: <c>--param least=3 --param company='"companies/11"'</c>.</summary>
internal static class ParameterOption
{
    /// <summary>A new option, for one command.</summary>
    public static Option<string[]> Create() => new("--param")
    {
        Description = "A value of the query's $name as JSON, such as least=3 or company='\"companies/11\"'; once for each.",
        HelpName = "NAME=JSON",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>The JSON object that they make; null when none was given.</summary>
    /// <exception cref="UsageException">One is not of that form.</exception>
    public static string? Read(Invocation run, Option<string[]> option)
    {
        if (run.Value(option) is not { Length: > 0 } given) return null;

        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            json.WriteStartObject();
            foreach (var text in given) Write(json, text, names);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string text, HashSet<string> names)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw new UsageException($"--param is '{text}'; write it as NAME=JSON, such as least=3");

        var name = text[..equals].TrimStart('$');
        var value = text[(equals + 1)..];
        if (!names.Add(name)) throw new UsageException($"--param names '{name}' twice");
        try
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value);
        }
        catch (JsonException)
        {
            throw new UsageException($"--param {name} is '{value}', which is not JSON; a string is written in double quotes, as in {name}='\"{value}\"'");
        }
    }
}
