using FsCheck;
using FsCheck.Fluent;
using Parley.Search;

namespace Parley.Tests.Search;

public sealed class SearchQueryTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  \t ", "")]
    [InlineData("one two", "one & two")]
    [InlineData("\"one two\" three", "\"one two\" & three")]
    [InlineData("\"open end", "\"open end\"")]
    [InlineData("5\" disk", "5\" & disk")]
    [InlineData("\"", "")]
    [InlineData("\"\"", "")]
    [InlineData("\"a\"\"b\"", "\"a\" & \"b\"")]
    [InlineData("one OR two three", "one | two & three")]
    [InlineData("a OR b OR c", "a | b | c")]
    [InlineData("OR", "OR")]
    [InlineData("OR a", "OR & a")]
    [InlineData("a OR", "a & OR")]
    [InlineData("a or b AND c", "a & or & b & AND & c")]
    [InlineData("a ORB", "a & ORB")]
    [InlineData("a -b -\"c d\"", "a & !b & !\"c d\"")]
    [InlineData("a OR -b", "a & !b")]
    [InlineData("- a --flag", "- & a & --flag")]
    [InlineData("on* *", "on* & *")]
    [InlineData("on**", "on*")]
    [InlineData("\"one tw\"*", "\"one tw\"*")]
    [InlineData("(a OR b) NEAR(c) col:d ^e {f}", "(a | b) & NEAR(c) & col:d & ^e & {f}")]
    [InlineData("https://x.org/a:b", "https://x.org/a:b")]
    [InlineData("foo:bar has: role:nobody", "foo:bar & has: & role:nobody")]
    public void Text_is_read_into_clauses(string text, string expected)
    {
        var query = SearchQuery.Parse(text);
        Assert.Equal(expected, string.Join(" & ", query.Clauses.Select(Show)));
        Assert.Empty(query.Filters);
    }

    [Theory]
    [InlineData("provider:Claude x", "provider=claude")]
    [InlineData("-provider:claude", "!provider=claude")]
    [InlineData("ROLE:user role:assistant", "role=user role=assistant")]
    [InlineData("model:gpt-4o tag:\"two words\" space:Work", "model=gpt-4o tag=two words space=work")]
    [InlineData(
        "has:code -has:tool in:title branch:active is:pinned",
        "has=code !has=tool in=title branch=active is=pinned"
    )]
    [InlineData("before:2025-01 after:2024", "before=1735689600000 after=1704067200000")]
    [InlineData("after:2025-01-02T03:04:05+01:00", "after=1735783445000")]
    [InlineData("tag:\"open", "tag=open")]
    public void Known_keys_are_filters(string text, string expected)
    {
        var query = SearchQuery.Parse(text);
        Assert.Equal(expected, string.Join(' ', query.Filters.Select(Show)));
    }

    [Theory]
    [InlineData("before:yesterday")]
    [InlineData("has:fun")]
    [InlineData("in:nowhere")]
    public void A_value_that_is_none_is_literal_and_said(string text)
    {
        var query = SearchQuery.Parse(text);
        Assert.Empty(query.Filters);
        Assert.Equal(text, query.Clauses[0].AnyOf[0].Text);
        Assert.Single(query.Notes);
    }

    [Theory]
    [InlineData("2025", true)]
    [InlineData("2025-02", true)]
    [InlineData("2025-02-29", false)]
    [InlineData("2024-02-29", true)]
    [InlineData("2024-02-29T12:00Z", true)]
    [InlineData("2024-02-29 12:00", true)]
    [InlineData("25-01", false)]
    [InlineData("2024-13", false)]
    [InlineData("", false)]
    [InlineData("99999", false)]
    public void Dates(string text, bool known) => Assert.Equal(known, SearchFilter.TryParseDate(text, out _));

    [Fact]
    public void Any_text_is_a_query()
    {
        var piece = Gen.OneOf(
            Gen.Elements(
                "\"",
                "-",
                "OR",
                " ",
                "*",
                "a",
                "has:",
                "code",
                ":",
                "tag:",
                "before:",
                "2025",
                "\0",
                "\u00A0",
                "\uD83D",
                "(",
                ")",
                "東",
                "'",
                "--",
                "provider:\""
            ),
            Gen.Choose(0, 0xFFFF).Select(unit => ((char)unit).ToString())
        );
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(3000),
            Prop.ForAll(
                Gen.ArrayOf(piece).ToArbitrary(),
                pieces =>
                {
                    var query = SearchQuery.Parse(string.Concat(pieces));
                    return query.Clauses.All(clause =>
                        clause.AnyOf.Count > 0 && clause.AnyOf.All(atom => atom.Text.Length > 0)
                    );
                }
            )
        );
    }

    private static string Show(SearchClause clause) =>
        (clause.Negated ? "!" : "") + string.Join(" | ", clause.AnyOf.Select(Show));

    private static string Show(SearchAtom atom) =>
        (atom.Quoted ? $"\"{atom.Text}\"" : atom.Text) + (atom.Prefix ? "*" : "");

    private static string Show(SearchFilter filter) =>
        $"{(filter.Negated ? "!" : "")}{filter.Key.ToString().ToLowerInvariant()}={(filter.Key is SearchFilterKey.Before or SearchFilterKey.After ? filter.Number.ToString() : filter.Value)}";
}
