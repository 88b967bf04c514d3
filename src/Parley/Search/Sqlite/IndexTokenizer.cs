using Parley.Search.Text;
using Parley.Sqlite;

namespace Parley.Search.Sqlite;

/// <summary>
/// Our tokenizer as FTS5 calls it.
/// <list type="bullet">
/// <item>A text to index goes through <see cref="TextTokenizer"/>; its words go into the vocabulary on the way, but not
/// the joined forms of identifiers: they would be half of it, and their pieces are there.</item>
/// <item>A text that begins with <see cref="SearchMeta.Mark"/> is a list of meta words, each with the mark before it.</item>
/// <item>A string of a query is one term already: <see cref="MatchExpression"/> quotes terms, never text.</item>
/// </list>
/// </summary>
/// <param name="vocabulary">Used by the one connection that writes.</param>
internal sealed class IndexTokenizer(Vocabulary vocabulary) : Fts5Tokenizer
{
    public override void Tokenize(ReadOnlySpan<byte> text, Fts5TokenizeReason reason, ref Fts5TokenSink sink)
    {
        if (reason.HasFlag(Fts5TokenizeReason.Query))
        {
            sink.Add(text, 0, text.Length);
            return;
        }

        if (!text.IsEmpty && text[0] == SearchMeta.Mark)
        {
            AddMeta(text, ref sink);
            return;
        }

        var feed = new Feed(sink, reason.HasFlag(Fts5TokenizeReason.Document) ? vocabulary : null);
        TextTokenizer.Run(text, ref feed);
        sink = feed.Sink;
    }

    private static void AddMeta(ReadOnlySpan<byte> text, ref Fts5TokenSink sink)
    {
        for (var start = 0; start < text.Length; )
        {
            var next = text[(start + 1)..].IndexOf(SearchMeta.Mark);
            var end = next < 0 ? text.Length : start + 1 + next;
            if (!sink.Add(text[start..end], start, end))
                return;
            start = end;
        }
    }

    private ref struct Feed(Fts5TokenSink sink, Vocabulary? vocabulary) : ITokenSink
    {
        private Fts5TokenSink _sink = sink;

        /// <summary>Remembers whether FTS5 wanted to stop, and why.</summary>
        public readonly Fts5TokenSink Sink => _sink;

        public bool Accept(scoped Token token)
        {
            if (!token.Colocated)
                vocabulary?.Add(token.Surface);
            return _sink.Add(token.Term, token.Start, token.End, token.Colocated);
        }
    }
}
