using System.Text;
using Parley.Search;
using Parley.Search.Segments;
using Parley.Search.Text;

namespace Parley.Tests.Search.Segments;

/// <summary>
/// All that a segment says, by value: computed the slow way from documents, or read from a segment, and then the same.
/// Terms are their bytes as Latin-1, whose ordinal order is that of the bytes.
/// </summary>
internal sealed class SegmentContent
{
    internal sealed record Column(
        long Id,
        byte Length,
        ushort Traits,
        long Conversation,
        string Provider,
        string Model
    );

    /// <param name="Positions">Absolute ones, joined.</param>
    internal sealed record Posting(int Document, int Halves, string Positions);

    internal sealed record Term(int Words, List<Posting> Postings);

    public List<Column> Columns { get; } = [];

    public SortedDictionary<string, Term> Terms { get; } = new(StringComparer.Ordinal);

    public long Tokens { get; private set; }

    /// <summary>What a segment of these documents has to say.</summary>
    public static SegmentContent Of(IReadOnlyList<SegmentDocument> documents)
    {
        var content = new SegmentContent();
        foreach (var document in documents)
            content.Add(document);
        return content;
    }

    /// <summary>What a segment says.</summary>
    public static SegmentContent Read(SegmentReader segment)
    {
        var content = new SegmentContent { Tokens = segment.Header.Tokens };
        for (var document = 0; document < segment.Documents; document++)
        {
            var (conversation, provider) = segment.Conversation(segment.ConversationNumber(document));
            content.Columns.Add(
                new Column(
                    segment.DocumentId(document),
                    segment.LengthCode(document),
                    segment.Traits(document).Bits,
                    conversation,
                    segment.Names.Providers[provider],
                    segment.Names.Models[segment.ModelNumber(document)]
                )
            );
        }

        for (var cursor = segment.Dictionary.All(); cursor.MoveNext(); )
            content.Terms.Add(
                Encoding.Latin1.GetString(cursor.Term),
                new Term(cursor.Entry.Words, ReadPostings(segment, cursor.Entry.Postings))
            );
        return content;
    }

    /// <summary>Fails at the first thing that is not the same.</summary>
    /// <param name="words">Whether a word is said to be in so many documents; equal unless given.</param>
    public void AssertIs(SegmentContent expected, Func<string, int, int, bool>? words = null)
    {
        Assert.Equal(expected.Columns.Count, Columns.Count);
        for (var document = 0; document < Columns.Count; document++)
            Assert.True(
                expected.Columns[document] == Columns[document],
                $"{expected.Columns[document]} is {Columns[document]}"
            );
        foreach (var (term, (count, postings)) in Terms)
        {
            var known = expected.Terms.GetValueOrDefault(term) ?? new Term(0, []);
            Assert.True(
                words?.Invoke(term, known.Words, count) ?? known.Words == count,
                $"{term}: {count} words, not {known.Words}"
            );
            Assert.True(
                known.Postings.Count == postings.Count,
                $"{term}: {postings.Count} documents, not {known.Postings.Count}"
            );
            for (var index = 0; index < postings.Count; index++)
                Assert.True(
                    known.Postings[index] == postings[index],
                    $"{term}: {known.Postings[index]} is {postings[index]}"
                );
        }

        Assert.All(expected.Terms.Keys, term => Assert.True(Terms.ContainsKey(term), term + " is not there"));
    }

    private void Add(SegmentDocument document)
    {
        var number = Columns.Count;
        var found = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var words = new HashSet<string>(StringComparer.Ordinal);
        var (length, traits) = (0, document.About.Traits.Bits);
        foreach (var (field, text) in document.Fields)
        {
            var tokens = Collect(text);
            var position = -1;
            foreach (var (term, surface, colocated) in tokens)
            {
                if (!colocated)
                {
                    position++;
                    words.Add(surface);
                }

                Get(found, term, () => []).Add(((int)field << 24) + position);
            }

            length += position + 1;
            if (tokens.Count > 0)
                traits |= (ushort)(1 << (10 + (int)field));
        }

        var about = document.About;
        Columns.Add(
            new Column(
                about.Id,
                LengthCode.Encode(length),
                traits,
                about.ConversationId,
                about.Provider,
                about.Model ?? ""
            )
        );
        Tokens += length;
        foreach (var word in words)
            Terms[word] = Get(Terms, word, () => new Term(0, [])) with { Words = Terms[word].Words + 1 };
        foreach (var (term, positions) in found)
        {
            int[] halves = [6, 3, 2, 2, 1, 1];
            var sum = Math.Min(31, positions.Sum(position => halves[position >> 24]));
            Get(Terms, term, () => new Term(0, [])).Postings.Add(new Posting(number, sum, string.Join(' ', positions)));
        }
    }

    private static TValue Get<TValue>(IDictionary<string, TValue> all, string key, Func<TValue> make) =>
        all.TryGetValue(key, out var known) ? known : all[key] = make();

    private static List<Posting> ReadPostings(SegmentReader segment, TermPostings term)
    {
        var reader = new PostingsReader(segment, term);
        var postings = new List<Posting>(Math.Min(reader.Count, segment.Documents));
        var positions = new List<int>();
        for (var block = 0; block < reader.Blocks; block++)
        {
            for (var index = 0; index < PostingsReader.CountIn(reader.Count, block); index++)
            {
                var document = (int)reader.Documents(block)[index];
                positions.Clear();
                reader.Positions(block, index, segment.Traits(document).FirstField, positions);
                postings.Add(new Posting(document, (int)reader.Halves(block)[index], string.Join(' ', positions)));
            }
        }

        return postings;
    }

    private static List<(string Term, string Surface, bool Colocated)> Collect(byte[] text)
    {
        var collector = new Collector([]);
        TextTokenizer.Run(text, ref collector);
        return collector.All;
    }

    private readonly struct Collector(List<(string Term, string Surface, bool Colocated)> all) : ITokenSink
    {
        public List<(string Term, string Surface, bool Colocated)> All { get; } = all;

        public bool Accept(scoped Token token)
        {
            var colocated = token.Kind is TokenKind.Joined or TokenKind.Symbolic;
            All.Add((Encoding.Latin1.GetString(token.Term), Encoding.Latin1.GetString(token.Surface), colocated));
            return true;
        }
    }
}
