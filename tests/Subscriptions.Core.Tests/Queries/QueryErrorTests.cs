using Subscriptions.Core.Queries;
using Xunit;

namespace Subscriptions.Core.Tests.Queries;

public sealed class QueryErrorTests
{
    private const string AfterWhere = "'and', 'or', 'select', 'include' or the end of the query";

    public static TheoryData<string, int, int, string, string> SyntaxErrors => new()
    {
        { "", 1, 1, "'from' or 'declare'", "the end of the query" },
        { "form Orders", 1, 1, "'from' or 'declare'", "'form'" },
        { "declare function f() {} Orders", 1, 25, "'from' or another 'declare'", "'Orders'" },
        { "declare f() {} from O", 1, 9, "'function'", "'f'" },
        { "declare function f {} from O", 1, 20, "'('", "'{'" },
        { "declare function f(a b) {} from O", 1, 22, "')'", "'b'" },
        { "declare function f(a) return 1", 1, 23, "'{'", "'return'" },
        { "declare function f(a) {\n { }", 2, 5, "'}' at the end of the function 'f'", "the end of the query" },
        { "from", 1, 5, "a collection's name", "the end of the query" },
        { "from where a = 1", 1, 6, "a collection's name", "'where'" },
        { "from @", 1, 7, "'all_docs' or 'empty' after '@'", "the end of the query" },
        { "from O (Revision = true)", 1, 9, "'Revisions'", "'Revision'" },
        { "from O (Revisions = false)", 1, 21, "'true'", "'false'" },
        { "from O x", 1, 8, "'as', 'where', 'select', 'include' or the end of the query", "'x'" },
        { "from O as where", 1, 11, "a name for the document", "'where'" },
        { "from O as x y", 1, 13, "'where', 'select', 'include' or the end of the query", "'y'" },
        { "from Orders where Total foo 1", 1, 25, "a comparison operator", "'foo'" },
        { "from O where", 1, 13, "a path, a value or a function", "the end of the query" },
        { "from O where and", 1, 14, "a path, a value or a function", "'and'" },
        { "from O where a =", 1, 17, "a path, a value or a function", "the end of the query" },
        { "from O where a = = 1", 1, 18, "a path, a value or a function", "'='" },
        { "from O where a = 1 b = 2", 1, 20, AfterWhere, "'b'" },
        { "from O where a = 1 )", 1, 20, AfterWhere, "')'" },
        { "from O where (a = 1", 1, 20, "'and', 'or' or ')'", "the end of the query" },
        { "from O where a in 1", 1, 19, "'('", "'1'" },
        { "from O where a in ()", 1, 20, "a value or a parameter", "')'" },
        { "from O where a in (1 2)", 1, 22, "',' or ')'", "'2'" },
        { "from O where a in (b)", 1, 20, "a value or a parameter", "'b'" },
        { "from O where a between 1 or 2", 1, 26, "'and'", "'or'" },
        { "from O where exists('a')", 1, 21, "a path", "'a'" },
        { "from O where startsWith(a)", 1, 26, "','", "')'" },
        { "from O where regex(a, b)", 1, 23, "a value or a parameter", "'b'" },
        { "from O where id(1) = 2", 1, 17, "')'", "'1'" },
        { "from O where a. = 1", 1, 17, "a property's name", "'='" },
        { "from O where a[0] = 1", 1, 16, "']'", "'0'" },
        { "from O where 1 = exists(a)", 1, 18, "a path, a value or a function that has a value", "'exists'" },
        { "from O where a = 'abc", 1, 22, "a closing '", "the end of the query" },
        { "from O where a = 'abc\n'", 1, 22, "a closing '", "'\\u000a'" },
        { "from O where a = '\\d'", 1, 19, "one of the escapes \\\\ \\' \\\" \\` \\/ \\b \\f \\n \\r \\t \\uXXXX", "'\\d'" },
        { "from O where a = '\\u12'", 1, 19, "four hex digits after '\\u'", "'12''" },
        { "from O where a = 01", 1, 19, "the end of the number", "'1'" },
        { "from O where a = 1.", 1, 20, "a digit", "the end of the query" },
        { "from O where a = 1e+", 1, 21, "a digit", "the end of the query" },
        { "from O where a = -b", 1, 19, "a digit", "'b'" },
        { "from O where a = 12abc", 1, 20, "the end of the number", "'a'" },
        { "from O where a = $1", 1, 19, "a parameter name after '$'", "'1'" },
        { "from O where a # 1", 1, 16, "a word, a value or an operator", "'#'" },
        { "from O\nwhere a = 1\n  and b ~ 2", 3, 9, "a word, a value or an operator", "'~'" },
        { "from O /* no end", 1, 8, "'*/' at the end of the comment that begins here", "the end of the query" },
        { "from O select", 1, 14, "a path, a value or a function", "the end of the query" },
        { "from O select a as 'b'", 1, 20, "a name for the field", "'b'" },
        { "from O select a b", 1, 17, "',', 'as', 'include' or the end of the query", "'b'" },
        { "from O select { a }", 1, 19, "':'", "'}'" },
        { "from O select { a: 1", 1, 21, "'}'", "the end of the query" },
        { "from O select {} a", 1, 18, "'include' or the end of the query", "'a'" },
        { "from O include 1", 1, 16, "a path", "'1'" },
        { "from O include a where b = 1", 1, 18, "',' or the end of the query", "'where'" },
    };

    [Theory]
    [MemberData(nameof(SyntaxErrors))]
    public void Parse_TextOutsideTheGrammar_SaysWhereAndWhatWasExpected(string text, int line, int column, string expected, string found)
    {
        var error = Assert.Throws<QueryException>(() => SubscriptionQuery.Parse(text));

        Assert.Equal($"line {line}, column {column}: expected {expected}, found {found}", error.Message);
        Assert.Equal((line, column, expected, found), (error.Line, error.Column, error.Expected, error.Found));
    }

    [Theory]
    [InlineData("from @metadata", 1, 6, "'@metadata' is not known; the names with '@' are @all_docs and @empty")]
    [InlineData("from ''", 1, 6, "a collection's name has 1 to 128 bytes")]
    [InlineData("from O where f(a)", 1, 14, "there is no function 'f'; declare it before 'from'")]
    [InlineData("declare function f(){} declare function f(){} from O", 1, 41, "the function 'f' is declared twice")]
    [InlineData("declare function f(a, a){} from O", 1, 18, "the function 'f' names a parameter twice")]
    [InlineData("declare function ID(){} from O", 1, 18, "'ID' is a built-in function; choose another name")]
    [InlineData("from O select { a: 1, a: 2 }", 1, 23, "'a' stands in the object twice")]
    [InlineData("from O where a = '\\ud800'", 1, 18, "the text in quotes is not valid Unicode: it has a lone surrogate")]
    public void Parse_TextThatCannotBeMeant_SaysWhereAndWhy(string text, int line, int column, string problem)
    {
        var error = Assert.Throws<QueryException>(() => SubscriptionQuery.Parse(text));

        Assert.Equal($"line {line}, column {column}: {problem}", error.Message);
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Null(error.Expected);
        Assert.Null(error.Found);
    }

    [Fact]
    public void Parse_LoneSurrogateInTheText_SaysWhere()
    {
        var error = Assert.Throws<QueryException>(() => SubscriptionQuery.Parse("from O\n where a = '😀\ud800'"));

        Assert.Equal("line 2, column 15: the query is not valid Unicode: it has a lone surrogate", error.Message);
    }

    [Fact]
    public void Parse_TooLongText_NamesSizeLimitAndKnob()
    {
        var text = "from O where a = '" + new string('é', 40_000) + "'";

        var error = Assert.Throws<QueryException>(() => SubscriptionQuery.Parse(text));

        Assert.Equal("line 1, column 1: the query is 80019 bytes long; a query has at most 65536 (Limits:QueryBytes)", error.Message);
        Assert.NotNull(SubscriptionQuery.Parse(text, new QueryLimits { MaxTextBytes = 80_019 }));
    }

    [Theory]
    [InlineData("(", "a = 1", ")")]
    [InlineData("not ", "a = 1", "")]
    [InlineData("not (", "a = 1", ")")]
    [InlineData("f(", "a", ")")]
    public void Parse_NestingToTheLimitAndBeyond_IsAcceptedThenRefused(string open, string inner, string close)
    {
        var levels = open.Length == 5 ? QueryLimits.MaxNesting / 2 : QueryLimits.MaxNesting;

        string Query(int depth) =>
            $"declare function f(x) {{}} from O where {string.Concat(Enumerable.Repeat(open, depth))}{inner}{string.Concat(Enumerable.Repeat(close, depth))}";

        Assert.NotNull(SubscriptionQuery.Parse(Query(levels)).Where);
        var error = Assert.Throws<QueryException>(() => SubscriptionQuery.Parse(Query(levels + 1)));
        Assert.Contains("nests deeper than 100 levels", error.Message, StringComparison.Ordinal);
        Assert.Throws<QueryException>(() => SubscriptionQuery.Parse(Query(10_000)));
    }

    [Fact]
    public void Parse_ObjectNestingBeyondTheLimit_IsRefused()
    {
        static string Query(int depth) => "from O select " + string.Concat(Enumerable.Repeat("{ a: ", depth)) + "1" + new string('}', depth);

        Assert.NotNull(SubscriptionQuery.Parse(Query(100)).Select);
        Assert.Throws<QueryException>(() => SubscriptionQuery.Parse(Query(101)));
    }

    [Fact]
    public void Parse_ListBeyondTheLimit_IsRefused()
    {
        static string Query(int items) => $"from O where a in ({string.Join(',', Enumerable.Repeat("1", items))})";

        Assert.NotNull(SubscriptionQuery.Parse(Query(4096)).Where);
        var error = Assert.Throws<QueryException>(() => SubscriptionQuery.Parse(Query(4097)));
        Assert.Equal("line 1, column 19: the list has 4097 items; a list has at most 4096", error.Message);
    }

    [Fact]
    public void Parse_PathBeyondTheLimit_IsRefused()
    {
        static string Query(int steps) => $"from O where {string.Join('.', Enumerable.Repeat("a", steps))} = 1";

        Assert.NotNull(SubscriptionQuery.Parse(Query(128)).Where);
        var error = Assert.Throws<QueryException>(() => SubscriptionQuery.Parse(Query(129)));
        Assert.Contains("a path has at most 128 steps", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_OfHostileText_HasNoControlCharactersAndIsShort()
    {
        var error = Assert.Throws<QueryException>(() => SubscriptionQuery.Parse("from O where a \"\u001b[31m" + new string('x', 1000) + "\""));

        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.Equal("\"\\u001b[31m" + new string('x', 34) + "…", error.Found);
    }
}
