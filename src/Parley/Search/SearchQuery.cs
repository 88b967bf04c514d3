namespace Parley.Search;

/// <summary>What a person asked for: text clauses that must all hold, and filters.</summary>
/// <param name="Clauses">All of them must match (AND); empty means filters alone.</param>
/// <param name="Filters">See <see cref="SearchFilter"/> for how several of one key combine.</param>
/// <param name="Notes">What was understood differently than it may have been meant, in a sentence each.</param>
internal sealed record SearchQuery(
    IReadOnlyList<SearchClause> Clauses,
    IReadOnlyList<SearchFilter> Filters,
    IReadOnlyList<string> Notes
)
{
    /// <summary>Longest text of a query, in UTF-16 code units (security.md section 6).</summary>
    public const int MaxLength = 1_000;

    private const string Blanks = " \t\r\n\u00A0\u2003\u3000";
    private const string Around = ".,;:!?()[]{}<>«»„“”‘’\"'`*_~|/\\…—–-";

    /// <summary>What was read; empty where it was put together otherwise.</summary>
    public string Text { get; init; } = "";

    /// <summary>
    /// Reads the query language. Any text is a query: what is not syntax is literal, and nothing is ever refused
    /// here but its length, which the caller checks against <see cref="MaxLength"/>.
    /// <list type="table">
    /// <item><term><c>one two</c></term><description>both words</description></item>
    /// <item><term><c>"one two"</c></term><description>the words next to each other; a missing end quote is the end of the text</description></item>
    /// <item><term><c>one OR two three</c></term><description>one of the first two, and the third</description></item>
    /// <item><term><c>-one</c></term><description>without it; <c>--one</c> is literal</description></item>
    /// <item><term><c>on*</c></term><description>words that begin so</description></item>
    /// <item><term><c>key:value</c>, <c>-key:"a value"</c></term><description>a filter where the key and the value are known, else literal</description></item>
    /// </list>
    /// </summary>
    /// <summary>The words of a text that is no query: nothing in it is syntax. The first <paramref name="most"/> different ones.</summary>
    public static SearchQuery OfWords(string text, int most)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var range in text.AsSpan().SplitAny(Blanks))
        {
            var word = text.AsSpan()[range].Trim(Around);
            if (words.Count < most && !word.IsEmpty && word.Length <= MaxLength)
                words.Add(word.ToString());
        }

        return new SearchQuery(
            [.. words.Select(word => new SearchClause([new SearchAtom(word, false, false)], false))],
            [],
            []
        )
        {
            Text = text,
        };
    }

    public static SearchQuery Parse(string text) => new SearchQueryParser(text).Read() with { Text = text };
}

/// <summary>One condition on the text: one of its atoms must match, or none where it is negated.</summary>
internal sealed record SearchClause(IReadOnlyList<SearchAtom> AnyOf, bool Negated);

/// <summary>Literal text to find.</summary>
/// <param name="Text">As typed, without its syntax.</param>
/// <param name="Quoted">Whether it stood in quotes.</param>
/// <param name="Prefix">Whether the last word may go on.</param>
internal readonly record struct SearchAtom(string Text, bool Quoted, bool Prefix);
