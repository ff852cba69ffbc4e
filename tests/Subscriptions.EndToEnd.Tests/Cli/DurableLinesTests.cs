using Subscriptions.Cli.Importing;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Cli;

public sealed class DurableLinesTests
{
    private readonly DurableLines _lines = new();

    [Fact]
    public void UpToLine_BlankLinesBehindWhatIsUnderWay_WaitForIt()
    {
        _lines.Skip(Line(1));
        Assert.Equal((1, 10), (_lines.UpToLine, _lines.Bytes));

        _lines.Add(Line(2));
        _lines.Skip(Line(3));
        _lines.Add(Line(4));
        Assert.Equal(1, _lines.UpToLine);

        _lines.Confirm(1);
        Assert.Equal((2, 20), (_lines.UpToLine, _lines.Bytes));

        _lines.Confirm(2);
        Assert.Equal((4, 40), (_lines.UpToLine, _lines.Bytes));
    }

    [Fact]
    public void Confirm_TheSameCountAgain_ChangesNothing()
    {
        _lines.Add(Line(1));
        _lines.Add(Line(2));

        _lines.Confirm(1);
        _lines.Confirm(1);

        Assert.Equal(1, _lines.UpToLine);
    }

    [Fact]
    public void LineOf_Index_CountsFromTheOldestThatIsNotDurable()
    {
        for (var number = 1; number <= 4; number++) _lines.Add(Line(number));
        _lines.Confirm(2);

        Assert.Equal(3, _lines.LineOf(0));
        Assert.Equal(4, _lines.LineOf(1));
        Assert.Null(_lines.LineOf(2));
        Assert.Null(_lines.LineOf(-1));
    }

    private static ImportLine Line(long number) => new(number, default, number * 10);
}
