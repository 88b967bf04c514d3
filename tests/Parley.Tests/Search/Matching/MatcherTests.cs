using System.Text;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;
using Parley.Search.Matching;
using Parley.Search.Segments;
using Parley.Tests.Search.Segments;

namespace Parley.Tests.Search.Matching;

/// <summary>Segments in memory, several windows and blocks large, answer as the reference does; nothing is pruned that belongs there.</summary>
public sealed class MatcherTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Fields =
    [
        "in:title",
        "in:prompt",
        "in:code",
        "-in:title",
        "-in:answer",
        "in:answer",
        "in:title in:prompt",
    ];

    [Theory]
    [InlineData(1, 300, 3, 60)]
    [InlineData(2, 900, 2, 35)]
    [InlineData(3, 6600, 4, 24)]
    [InlineData(105, 255, 2, 30)]
    public void Matches_scores_and_order_are_those_of_the_reference(int seed, int count, int segments, int queries)
    {
        var texts = new RandomTexts(seed);
        var corpus = new Corpus(texts, count, segments);
        for (var index = 0; index < queries; index++)
        {
            var text = texts.Query(Fields);
            var (filter, passes) = texts.Chance(2) ? Filter(texts, corpus) : (new DocumentFilter(), _ => true);
            Compare(corpus, text, filter, passes, $"{seed}/{index} «{text}» {filter}");
        }
    }

    [Fact]
    public void Counts_of_a_sample_are_near_the_truth()
    {
        var corpus = new Corpus(new RandomTexts(4), 6200, 1);
        var query = SearchQuery.Parse("green OR tea OR team OR cache");
        var matches = corpus.Reference.Matches(query, _ => true);
        var matcher = corpus.Matcher(query, new DocumentFilter());
        var counts = new MatchCounter(matcher, corpus.View(), [SearchFacet.Role]).Count(2_000, Unbounded());
        Assert.False(counts.Exact);
        Assert.InRange(counts.Total, matches.Count / 2, matches.Count * 2);
    }

    private static void Compare(
        Corpus corpus,
        string text,
        DocumentFilter filter,
        Func<ReferenceDocument, bool> passes,
        string what
    )
    {
        var query = SearchQuery.Parse(text);
        var matches = corpus.Reference.Matches(query, passes);
        var words = query.Clauses.Any(clause =>
            !clause.Negated && clause.AnyOf.Any(atom => AtomTerms.Of(atom) is not null)
        );
        if (corpus.Plan(query, filter) is null)
        {
            Assert.Empty(matches);
            return;
        }

        var newest = matches.OrderByDescending(hit => hit.Document.Id).Select(hit => hit.Document.Id).ToList();
        var facets = Enum.GetValues<SearchFacet>();
        var view = corpus.View();
        foreach (var count in (int[])[1, 20, 10_000])
        {
            Assert.True(newest.Take(count).SequenceEqual(ByTime(count, newestFirst: true)), what + " newest");
            Assert.True(
                newest.AsEnumerable().Reverse().Take(count).SequenceEqual(ByTime(count, newestFirst: false)),
                what + " oldest"
            );
            if (!words)
                continue;
            var found = corpus.Matcher(query, filter).ByScore(count, Recency(), accepts: null);
            Assert.True(found.Count == Math.Min(count, matches.Count), $"{what}: {found.Count} of {matches.Count}");
            SameOrder.Assert(
                [.. matches.OrderByDescending(hit => hit.Score).ThenByDescending(hit => hit.Document.Id)],
                [.. found.Select(document => (document.Id, (double)document.Score))],
                what
            );
        }

        if (words)
        {
            var matcher = corpus.Matcher(query, filter);
            var found = matcher.ByScore(Math.Max(200, Proximity.Depth), Recency(), accepts: null);
            Proximity.Rank(found, matcher);
            SameOrder.Assert(
                corpus.Reference.Ranked(query, matches),
                [.. found.Select(document => (document.Id, document.Key))],
                what + " with proximity"
            );
        }

        var counts = new MatchCounter(corpus.Matcher(query, filter), view, facets).Count(1L << 40, Unbounded());
        Assert.True(counts.Exact);
        Assert.True(counts.Total == matches.Count, $"{what}: counted {counts.Total} of {matches.Count}");
        foreach (var (facet, values) in corpus.Reference.Facets(matches))
            Assert.Equal(
                values.OrderByDescending(v => v.Value).ThenBy(v => v.Key, StringComparer.Ordinal),
                counts.Facets[facet].Select(v => KeyValuePair.Create(v.Value, v.Count))
            );
        var plain = new MatchCounter(corpus.Matcher(query, filter), view, []).Count(1L << 40, Unbounded());
        Assert.True(plain.Total == matches.Count, $"{what}: counted {plain.Total} of {matches.Count} without facets");

        List<long> ByTime(int count, bool newestFirst) =>
            [
                .. corpus
                    .Matcher(query, filter)
                    .ByTime(count, newestFirst, accepts: null)
                    .Select(document => document.Id),
            ];
    }

    private static Recency Recency() => new(Now.ToUnixTimeMilliseconds());

    private static SearchWork Unbounded() => new(long.MaxValue, TimeSpan.FromMinutes(5), CancellationToken.None);

    /// <summary>A filter, and the same as a question to one document.</summary>
    private static (DocumentFilter Filter, Func<ReferenceDocument, bool> Passes) Filter(
        RandomTexts texts,
        Corpus corpus
    )
    {
        var ids = corpus.Documents.Select(document => document.Id).Order().ToList();
        switch (texts.Random.Next(6))
        {
            case 0:
                // Borders at those of windows, next to them, and anywhere.
                var first = texts.Any((int[])[0, 1, 2047, 2048, 4096, texts.Random.Next(ids.Count)]) % ids.Count;
                var last = Math.Min(ids.Count - 1, first + texts.Any((int[])[0, 1, 63, 64, 2047, 2048, 3000]));
                var (from, to) = (ids[first] + texts.Random.Next(2), ids[last] - texts.Random.Next(2));
                return (new DocumentFilter { Ids = (from, to) }, document => document.Id >= from && document.Id <= to);
            case 1:
                var kinds = texts.Random.Next(1, 64);
                return (new DocumentFilter { Kinds = kinds }, document => (kinds & (1 << document.Kind)) != 0);
            case 2:
                return (
                    new DocumentFilter { With = DocumentTraits.Code, Without = DocumentTraits.Hidden },
                    document => (document.Flags & (DocumentTraits.Code | DocumentTraits.Hidden)) == DocumentTraits.Code
                );
            case 3:
                return (new DocumentFilter { Model = name => name == "m2" }, document => document.Model == "m2");
            case 4:
                return (
                    new DocumentFilter { Provider = name => name != "claude" },
                    document => document.Provider != "claude"
                );
            default:
                var some = corpus.Conversations.Where(_ => texts.Chance(3)).ToArray();
                var not = corpus.Conversations.Where(_ => texts.Chance(20)).ToArray();
                var only = texts.Chance(2) ? null : some;
                return (
                    new DocumentFilter { Conversations = new AllowedConversations(only, not, Others: only is null) },
                    document => only?.Contains(document.Conversation) != false && !not.Contains(document.Conversation)
                );
        }
    }

    /// <summary>Documents in segments that overlap in time, some of them deleted, and the same as lists.</summary>
    private sealed class Corpus
    {
        private readonly List<ViewedSegment> _segments = [];
        private readonly Dictionary<long, SegmentDocument> _sources = [];

        public Corpus(RandomTexts texts, int count, int segments)
        {
            var held = new List<ReferenceDocument>();
            var id = Ids.Floor(Now.AddDays(-500).ToUnixTimeMilliseconds());
            Conversations = [.. Enumerable.Range(1, 1 + (count / 12)).Select(n => (n * 1000L) + 1)];
            for (var index = 0; index < count; index++)
            {
                // Neighbours of one millisecond differ in the lowest bits only.
                id += texts.Chance(3) ? 2 : texts.Random.NextInt64(2, Ids.Floor(Ids.EpochMs + 10_000_000));
                held.Add(Draw(texts, id & ~1L, count > 5000 ? 9 : 24));
            }

            Build(texts, held, segments);
            Reference = new ReferenceSearch(Documents, ReferenceStatistics.Of(held, Documents.Count), Now);
        }

        public long[] Conversations { get; }

        public List<ReferenceDocument> Documents { get; } = [];

        public ReferenceSearch Reference { get; }

        public IndexView View() => new(_segments);

        public MatchQuery? Plan(SearchQuery query, DocumentFilter filter) =>
            new QueryPlanner(View()).Plan(query, filter);

        public Matcher Matcher(SearchQuery query, DocumentFilter filter)
        {
            var view = View();
            return new Matcher(new QueryPlanner(view).Plan(query, filter)!, view, Unbounded());
        }

        private void Build(RandomTexts texts, List<ReferenceDocument> held, int segments)
        {
            foreach (var part in held.GroupBy(_ => Math.Max(0, texts.Random.Next(segments * 2) - segments)))
            {
                var documents = part.ToList();
                var built = BuiltSegment.Of([.. documents.Select(document => _sources[document.Id])]);
                var deleted = new ulong[(documents.Count + 63) / 64];
                var gone = 0;
                for (var number = 0; number < documents.Count && part.Key != 0; number++)
                {
                    if (texts.Chance(10))
                    {
                        deleted[number >> 6] |= 1UL << (number & 63);
                        gone++;
                    }
                }

                Documents.AddRange(documents.Where((_, n) => (deleted[n >> 6] & (1UL << (n & 63))) == 0));
                _segments.Add(new ViewedSegment(built.Reader(), gone == 0 ? null : deleted, gone));
            }
        }

        private ReferenceDocument Draw(RandomTexts texts, long id, int longest)
        {
            var kind = texts.Random.Next(6);
            var flags = texts.Any(
                (int[])[0, 0, DocumentTraits.Code, DocumentTraits.Hidden, DocumentTraits.Code | DocumentTraits.Undated]
            );
            var conversation = texts.Any(Conversations);
            var document = new ReferenceDocument
            {
                Id = id,
                Conversation = conversation,
                Provider = conversation % 3 == 0 ? "claude" : "chatgpt",
                Model = texts.Any(["", "m1", "m2", "m3"]),
                Kind = kind,
                Flags = flags,
            };
            SearchField[] fields = kind switch
            {
                0 => [SearchField.Title],
                (int)Role.User => [SearchField.Prompt],
                (int)Role.Assistant => texts.Chance(3)
                    ? [SearchField.Answer, SearchField.Code, SearchField.Thinking]
                    : [SearchField.Answer],
                5 => [SearchField.Title, SearchField.Tool],
                _ => texts.Chance(9) ? [] : [SearchField.Tool],
            };
            var contents = fields.Select(field => (field, Encoding.UTF8.GetBytes(texts.Text(longest)))).ToList();
            foreach (var (field, text) in contents)
                document.Add(field, text);
            var about = new NewDocument(
                id,
                conversation,
                document.Provider,
                document.Model,
                new DocumentTraits((ushort)(kind | flags))
            );
            _sources[id] = new SegmentDocument(about, contents);
            return document;
        }
    }
}
