using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Subscriptions.Server.Tests.Telemetry;

/// <summary>Reads the Prometheus text format, version 0.0.4, and refuses whatever its description does not allow.</summary>
internal sealed partial class ExpositionParser
{
    private static readonly string[] Types = ["counter", "gauge", "histogram"];

    private readonly List<ExpositionFamily> _families = [];
    private readonly HashSet<string> _identities = [];
    private (string Name, string Text)? _help;
    private string _line = "";

    /// <summary>Reads a page.</summary>
    /// <exception cref="FormatException">It is not one; the message has the line.</exception>
    public static ExpositionPage Parse(string text)
    {
        var parser = new ExpositionParser();
        if (text.Length == 0) return new ExpositionPage([]);
        if (text[^1] != '\n') throw new FormatException("The last line has no end.");
        foreach (var line in text[..^1].Split('\n')) parser.ReadLine(line);
        parser.EndFamily();
        return new ExpositionPage(parser._families);
    }

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
    private static partial Regex MetricName { get; }

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$")]
    private static partial Regex LabelName { get; }

    [GeneratedRegex(@"^([+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|NaN|\+Inf|-Inf)$")]
    private static partial Regex Number { get; }

    private void ReadLine(string line)
    {
        _line = line;
        Require(line.Length > 0, "an empty line says nothing");
        Require(!line.Contains('\r', StringComparison.Ordinal) || !line.StartsWith('#'), "a carriage return in a comment");
        if (line.StartsWith("# HELP ", StringComparison.Ordinal)) ReadHelp(line[7..]);
        else if (line.StartsWith("# TYPE ", StringComparison.Ordinal)) ReadType(line[7..]);
        else ReadSample(line);
    }

    private void ReadHelp(string rest)
    {
        EndFamily();
        Require(_help is null, "a HELP without TYPE before it");
        var space = rest.IndexOf(' ', StringComparison.Ordinal);
        Require(space > 0, "HELP has no text");
        Require(!Regex.IsMatch(rest[space..], @"(?<!\\)(\\\\)*\\[^\\n]"), "an unknown escape");
        _help = (rest[..space], rest[(space + 1)..].Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal));
    }

    private void ReadType(string rest)
    {
        EndFamily();
        var parts = rest.Split(' ');
        Require(parts.Length == 2 && MetricName.IsMatch(parts[0]), "TYPE needs a name and a type");
        Require(Types.Contains(parts[1]), "an unknown type");
        Require(_help is null || _help.Value.Name == parts[0], "HELP and TYPE are of different metrics");
        Require(_families.TrueForAll(f => f.Name != parts[0]), "the metric has a second group");
        Require(_families.Count == 0 || string.CompareOrdinal(_families[^1].Name, parts[0]) < 0, "metrics are not sorted");
        Require(parts[1] != "counter" || parts[0].EndsWith("_total", StringComparison.Ordinal), "a counter's name must end in _total");
        _families.Add(new ExpositionFamily(parts[0], parts[1], _help?.Text));
        _help = null;
    }

    private void ReadSample(string line)
    {
        Require(_help is null, "HELP is not followed by TYPE");
        Require(_families.Count > 0, "a sample before any TYPE");
        var nameEnd = line.IndexOfAny(['{', ' ']);
        Require(nameEnd > 0, "a sample needs a name and a value");
        var name = line[..nameEnd];
        Require(MetricName.IsMatch(name), "not a metric's name");
        var labels = new Dictionary<string, string>();
        var at = nameEnd;
        if (line[at] == '{') at = ReadLabels(line, at + 1, labels);
        Require(at < line.Length && line[at] == ' ', "no space before the value");
        var value = line[(at + 1)..];
        Require(Number.IsMatch(value), "not a number, or a timestamp");
        var sample = new ExpositionSample(name, labels, ToDouble(value));
        Require(IsOf(_families[^1], name), "a sample of another metric than the TYPE above");
        Require(_identities.Add(sample.Identity), "the series was there before");
        _families[^1].Samples.Add(sample);
    }

    private int ReadLabels(string line, int at, Dictionary<string, string> labels)
    {
        while (true)
        {
            var equals = line.IndexOf('=', at);
            Require(equals > 0 && LabelName.IsMatch(line[at..equals]), "not a label's name");
            var name = line[at..equals];
            Require(equals + 1 < line.Length && line[equals + 1] == '"', "a label's value needs quotes");
            var value = new StringBuilder();
            for (at = equals + 2; at < line.Length && line[at] != '"'; at++)
            {
                if (line[at] != '\\')
                {
                    value.Append(line[at]);
                    continue;
                }

                at++;
                Require(at < line.Length && line[at] is '\\' or '"' or 'n', "an unknown escape");
                value.Append(line[at] == 'n' ? '\n' : line[at]);
            }

            Require(labels.TryAdd(name, value.ToString()), "a label stands twice");
            at++;
            Require(at < line.Length && line[at] is ',' or '}', "labels do not end");
            if (line[at++] == '}') return at;
        }
    }

    private void EndFamily()
    {
        if (_families.Count == 0) return;
        var family = _families[^1];
        _line = family.Name;
        Require(family.Samples.Count > 0, "a metric without samples");
        if (family.Type == "counter") Require(family.Samples.TrueForAll(s => s.Value >= 0), "a counter below zero");
        if (family.Type != "histogram") return;

        foreach (var series in family.Samples.GroupBy(s => s.LabelsWithout("le"))) CheckHistogram(family.Name, [.. series]);
    }

    private void CheckHistogram(string name, List<ExpositionSample> samples)
    {
        var buckets = samples.Where(s => s.Name == name + "_bucket").ToList();
        var count = samples.Where(s => s.Name == name + "_count").ToList();
        Require(samples.Count(s => s.Name == name + "_sum") == 1 && count.Count == 1, "a histogram has one sum and one count");
        Require(buckets.Count > 0 && buckets.TrueForAll(b => b.Labels.ContainsKey("le")), "a histogram has buckets with le");
        var bounds = buckets.ConvertAll(b => ToDouble(b.Labels["le"]));
        Require(double.IsPositiveInfinity(bounds[^1]), "the last bucket is +Inf");
        Require(bounds.Zip(bounds.Skip(1)).All(p => p.First < p.Second), "le does not increase");
        Require(buckets.Zip(buckets.Skip(1)).All(p => p.First.Value <= p.Second.Value), "buckets are not cumulative");
        Require(buckets[^1].Value.Equals(count[0].Value), "+Inf is not the count");
    }

    private static bool IsOf(ExpositionFamily family, string sample) => family.Type == "histogram"
        ? sample == family.Name + "_bucket" || sample == family.Name + "_sum" || sample == family.Name + "_count"
        : sample == family.Name;

    private static double ToDouble(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private void Require(bool condition, string problem)
    {
        if (!condition) throw new FormatException($"{problem}: {_line}");
    }
}
