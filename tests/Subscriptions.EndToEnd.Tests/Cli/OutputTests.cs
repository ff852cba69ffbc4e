using System.Text;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

/// <summary>What terminals, pipes and programs get to see.</summary>
public sealed class OutputTests
{
    private const char Escape = '\u001b';
    private static readonly TerminalTraits Capable = new(true, true, true, NoColor: false);

    [Theory]
    [InlineData("", "")]
    [InlineData("{}", "{}")]
    [InlineData(" { \"a b\" : [ 1 , 2 ] \r\n\t} ", "{\"a b\":[1,2]}")]
    [InlineData("{\"q\":\"\\\" x\\\\\" , \"e\" : \"\\\\\\\" \" }", "{\"q\":\"\\\" x\\\\\",\"e\":\"\\\\\\\" \"}")]
    [InlineData("{ \"n\": 1e400, \"n\": -0.10 }", "{\"n\":1e400,\"n\":-0.10}")]
    public void ToOneLine_Json_ChangesNothingButWhiteSpace(string json, string expected)
    {
        var content = Encoding.UTF8.GetBytes(json);
        var target = new byte[content.Length];

        var length = JsonText.ToOneLine(content, target);

        Assert.Equal(expected, Encoding.UTF8.GetString(target, 0, length));
    }

    [Theory]
    [InlineData("plain ~ é 漢 🙂", "plain ~ é 漢 🙂")]
    [InlineData("\u001b]0;owned\u0007\n", "\\u001b]0;owned\\u0007\\u000a")]
    [InlineData("a\u009b31mb", "a\\u009b31mb")]
    [InlineData("abc\u202edef\u2066", "abc\\u202edef\\u2066")]
    public void Text_FromElsewhere_HasNothingThatATerminalObeys(string text, string expected)
    {
        Assert.Equal(expected, Readable.Text(text));
    }

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1, "1 byte")]
    [InlineData(1023, "1,023 bytes")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1024L * 1024 * 1024 * 1024 * 5000, "5000.0 TiB")]
    public void Bytes_Value_HasAFittingUnit(long value, string expected)
    {
        Assert.Equal(expected, Readable.Bytes(value));
    }

    [Fact]
    public void List_Piped_IsPlainAndWholeHoweverLong()
    {
        var id = new string('x', 500);

        var (output, error) = Print(TerminalTraits.Piped, json: false, printer => printer.List(new NameView(), [id, "short"]));

        Assert.Equal($"NAME{new string(' ', 496)}  LENGTH\n{id}     500\nshort{new string(' ', 495)}       5\n", output);
        Assert.Empty(error);
    }

    [Fact]
    public void List_InATerminal_IsDecorated()
    {
        var (output, _) = Print(Capable, json: false, printer => printer.List(new NameView(), ["one"]));

        Assert.Contains(Escape, output);
        Assert.Contains("one", output, StringComparison.Ordinal);
    }

    [Fact]
    public void List_InATerminalWithoutColours_HasNone()
    {
        var (output, _) = Print(Capable with { NoColor = true }, json: false, printer => printer.List(new NameView(), ["one"]));

        Assert.DoesNotContain($"{Escape}[3", output, StringComparison.Ordinal);
    }

    [Fact]
    public void List_Empty_SaysSoToPeopleAlone()
    {
        Assert.Equal(("", "no names\n"), Print(TerminalTraits.Piped, json: false, printer => printer.List(new NameView(), [])));
        Assert.Equal(("", ""), Print(TerminalTraits.Piped, json: true, printer => printer.List(new NameView(), [])));
    }

    [Fact]
    public void Failure_LongAndPiped_StaysOneLine()
    {
        var message = string.Join(' ', Enumerable.Repeat("word", 100)) + "\nsecond";

        var (_, error) = Print(
            TerminalTraits.Piped, json: false, printer => printer.Failure(new Failure(1, message, "IN_USE", new Dictionary<string, string>())));

        Assert.Single(error, '\n');
        Assert.StartsWith("subs: word word", error, StringComparison.Ordinal);
        Assert.EndsWith("\\u000asecond (IN_USE)\n", error, StringComparison.Ordinal);
    }

    private static (string Output, string Error) Print(TerminalTraits traits, bool json, Action<Printer> print)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var terminal = new Terminal(Stream.Null, output, error, traits);
        print(new Printer(terminal, json));
        return (output.ToString(), error.ToString());
    }

    private sealed class NameView : View<string>
    {
        public override IReadOnlyList<Column<string>> Columns { get; } =
            [new("Name", name => name), new("Length", name => Readable.Number(name.Length), IsNumber: true)];

        public override string None => "no names";

        public override IEnumerable<(string Name, string Value)> Details(string item) => [("name", item)];

        public override void WriteJson(System.Text.Json.Utf8JsonWriter json, string item) => json.WriteString("name", item);
    }
}
