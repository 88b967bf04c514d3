using System.Buffers;

namespace Parley.Search.Sqlite;

/// <summary>One phrase of a match expression as the ranking sees it, in the order FTS5 numbers them.</summary>
/// <param name="Group">The clause it belongs to; -1 for what only filters.</param>
/// <param name="Weight">How much the phrase says: the inverse document frequency of its rarest term.</param>
internal readonly record struct RankedPhrase(int Group, float Weight);

/// <summary>
/// Writes FTS5 match expressions (https://sqlite.org/fts5.html#full_text_query_syntax) out of terms. The only place that
/// does, and everything it writes between its own operators is quoted, so no text of a person is ever syntax (S29).
/// </summary>
internal sealed class MatchExpression
{
    private readonly ArrayBufferWriter<byte> _text = new(256);
    private readonly List<RankedPhrase> _phrases = [];

    public ReadOnlySpan<byte> Utf8 => _text.WrittenSpan;

    public IReadOnlyList<RankedPhrase> Phrases => _phrases;

    public MatchExpression Open()
    {
        _text.Write("("u8);
        return this;
    }

    public MatchExpression Close()
    {
        _text.Write(")"u8);
        return this;
    }

    public MatchExpression And()
    {
        _text.Write(" AND "u8);
        return this;
    }

    public MatchExpression Or()
    {
        _text.Write(" OR "u8);
        return this;
    }

    public MatchExpression Not()
    {
        _text.Write(" NOT "u8);
        return this;
    }

    /// <summary>Limits the parenthesis that follows to these columns.</summary>
    public MatchExpression In(IEnumerable<SearchField> fields)
    {
        _text.Write("{"u8);
        foreach (var field in fields)
        {
            _text.Write(System.Text.Encoding.ASCII.GetBytes(SearchFields.Name(field)));
            _text.Write(" "u8);
        }

        _text.Write("} : "u8);
        return this;
    }

    public MatchExpression Meta(byte[] word) => Phrase([word], new RankedPhrase(-1, 0));

    /// <summary>Terms at successive positions.</summary>
    public MatchExpression Phrase(IReadOnlyList<byte[]> terms, RankedPhrase ranked)
    {
        for (var index = 0; index < terms.Count; index++)
        {
            if (index > 0)
                _text.Write(" + "u8);
            Quote(terms[index]);
        }

        _phrases.Add(ranked);
        return this;
    }

    private void Quote(ReadOnlySpan<byte> term)
    {
        _text.Write("\""u8);
        while (term.IndexOf((byte)'"') is >= 0 and var quote)
        {
            _text.Write(term[..(quote + 1)]);
            _text.Write("\""u8);
            term = term[(quote + 1)..];
        }

        _text.Write(term);
        _text.Write("\""u8);
    }
}
