using Subscriptions.Core.Documents;
using Subscriptions.Core.Validation;
using Xunit;

namespace Subscriptions.Core.Tests.Documents;

public sealed class DatabaseNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("orders")]
    [InlineData("a0_$()+/-")]
    public void Parse_ValidName_KeepsIt(string text)
    {
        Assert.Equal(text, DatabaseName.Parse(text).Value);
        Assert.Equal(DatabaseName.Parse(text), DatabaseName.Parse(text));
    }

    [Fact]
    public void Parse_LongestName_IsAcceptedAndOneMoreRefused()
    {
        Assert.Equal(238, DatabaseName.Parse(new string('a', 238)).Value.Length);

        var error = Assert.Throws<InvalidInputException>(() => DatabaseName.Parse(new string('a', 239)));
        Assert.Equal($"database '{new string('a', 80)}…' is 239 characters long; a database name has at most 238", error.Message);
    }

    [Theory]
    [InlineData(null, "db is required")]
    [InlineData("", "db is required")]
    [InlineData("Orders", "db 'Orders' must start with a-z and go on with a-z, 0-9 or any of _$()+/-")]
    [InlineData("0a", "db '0a' must start with a-z and go on with a-z, 0-9 or any of _$()+/-")]
    [InlineData("_a", "db '_a' must start with a-z and go on with a-z, 0-9 or any of _$()+/-")]
    [InlineData("a.b", "db 'a.b' must start with a-z and go on with a-z, 0-9 or any of _$()+/-")]
    [InlineData("é", "db 'é' must start with a-z and go on with a-z, 0-9 or any of _$()+/-")]
    [InlineData("a\n", "db 'a\n' must start with a-z and go on with a-z, 0-9 or any of _$()+/-")]
    public void Parse_OtherText_NamesFieldValueAndRule(string? text, string message)
    {
        var error = Assert.Throws<InvalidInputException>(() => DatabaseName.Parse(text, "db"));

        Assert.Equal(message, error.Message);
        Assert.Equal("db", error.Field);
    }

    [Fact]
    public void CompareTo_OfNames_IsOrdinal()
    {
        var names = new[] { "b", "a0", "a_", "a", "a$" }.Select(name => DatabaseName.Parse(name)).Order().Select(name => name.Value);

        Assert.Equal(["a", "a$", "a0", "a_", "b"], names);
    }
}
