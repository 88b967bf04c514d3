namespace Parley.Search;

/// <summary>Finds the stretch of a text that shows most of a question. Not thread-safe; one serves one answer.</summary>
internal sealed class QueryWindow(SearchQuery query)
{
    private readonly SnippetFinder _finder = new([
        .. query
            .Clauses.Where(clause => !clause.Negated)
            .SelectMany(clause => clause.AnyOf)
            .Select(AtomTerms.Of)
            .OfType<AtomTerms>(),
    ]);

    /// <summary>
    /// A stretch of about <paramref name="bytes"/> bytes, from the beginning of a sentence or line to the end of one as far
    /// as such are near; the whole text where it is not longer, its beginning where nothing of the question stands in it.
    /// </summary>
    public Range Find(ReadOnlySpan<byte> text, int bytes)
    {
        if (text.Length <= bytes)
            return ..text.Length;
        var first = Math.Min(_finder.FindWindow(text, bytes), text.Length - bytes);
        var start = Start(text, first, bytes / 4);
        var end = End(text, Math.Min(text.Length, start + bytes), bytes / 4);
        return start..end;
    }

    /// <summary>Whether any of the words stands in the text.</summary>
    public bool Shows(ReadOnlySpan<byte> text) => _finder.Finds(text);

    /// <summary>Back to where a sentence begins, else to where a word does.</summary>
    private static int Start(ReadOnlySpan<byte> text, int at, int reach)
    {
        if (at == 0)
            return 0;
        var from = Math.Max(0, at - reach);
        for (var near = at; near > from; near--)
        {
            if (EndsSentence(text, near))
                return near;
        }

        if (from == 0)
            return 0;
        for (var near = at; near > from; near--)
        {
            if (text[near - 1] <= (byte)' ')
                return near;
        }

        return Whole(text, at);
    }

    /// <summary>Back to where a sentence ends, else to where a word does.</summary>
    private static int End(ReadOnlySpan<byte> text, int at, int reach)
    {
        if (at >= text.Length)
            return text.Length;
        for (var near = at; near > at - reach; near--)
        {
            if (EndsSentence(text, near))
                return near;
        }

        for (var near = at; near > at - reach; near--)
        {
            if (text[near] <= (byte)' ')
                return near;
        }

        return Whole(text, at);
    }

    /// <summary>Whether what comes before <paramref name="at"/> is the end of a sentence or line.</summary>
    private static bool EndsSentence(ReadOnlySpan<byte> text, int at) =>
        text[at - 1] == (byte)'\n'
        || (at > 1 && text[at - 1] <= (byte)' ' && text[at - 2] is (byte)'.' or (byte)'!' or (byte)'?')
        || (at > 2 && text[..at].EndsWith("。"u8));

    private static int Whole(ReadOnlySpan<byte> text, int at)
    {
        while (at > 0 && (text[at] & 0xC0) == 0x80)
            at--;
        return at;
    }
}
