using System.Text;
using Parley.Search;
using Parley.Search.Segments;

namespace Parley.Tests.Search.Segments;

/// <summary>What is built of random documents is read back and compared with what a slow, plain model says.</summary>
public sealed class SegmentTests
{
    private static readonly (int Seed, int Count, int Longest)[] Cases =
    [
        (1, 1, 5),
        (2, 2, 40),
        (3, 127, 10),
        (4, 128, 30),
        (5, 129, 200),
        (6, 700, 60),
        (7, 2048, 6),
        (8, 4100, 8),
        (9, 3, 4000),
    ];

    public static TheoryData<int, int, int> All => [.. Cases];

    [Theory]
    [MemberData(nameof(All))]
    public void Everything_that_was_built_is_read_back(int seed, int count, int longest)
    {
        var documents = SegmentDocument.Random(seed, count, longest);
        var built = BuiltSegment.Of(documents);
        var expected = SegmentContent.Of(documents);
        var content = SegmentContent.Read(built.Reader());

        content.AssertIs(expected);
        Assert.Equal(expected.Tokens, built.Header.Tokens);
        Assert.Equal(expected.Terms.Count, built.Header.Terms);
        Assert.Equal(documents.Select(d => d.About.ConversationId).Distinct().Count(), built.Header.Conversations);
        Assert.Equal((documents[0].About.Id, documents[^1].About.Id), (built.Header.FirstId, built.Header.LastId));

        var header = SegmentHeader.Read(built.Header.ToBytes());
        var kept = MemoryPages.Of(header, built.Pages.ToBytes());
        Assert.Equal(built.Pages.Length, kept.Length);
        SegmentContent.Read(new SegmentReader(1, header, kept)).AssertIs(expected);
    }

    [Fact]
    public void A_builder_that_was_used_before_builds_the_same()
    {
        var builder = new SegmentBuilder();
        BuiltSegment.Of(builder, SegmentDocument.Random(10, 300));
        var documents = SegmentDocument.Random(11, 150);
        Assert.Equal(BuiltSegment.Of(documents).Pages.ToBytes(), BuiltSegment.Of(builder, documents).Pages.ToBytes());
    }

    [Theory]
    [InlineData("pleas please", "plea")]
    [InlineData("please pleas", "plea")]
    [InlineData("pleas", "plea")]
    public void A_word_that_is_the_stem_of_another_has_its_own_stem(string text, string term)
    {
        var documents = new[]
        {
            SegmentDocument.Random(12, 1)[0] with
            {
                Fields = [(SearchField.Prompt, Encoding.UTF8.GetBytes(text))],
            },
        };
        var segment = BuiltSegment.Of(documents).Reader();
        Assert.True(segment.Dictionary.Find(Encoding.UTF8.GetBytes(term), out var entry));
        Assert.Equal(1, entry.Postings.Documents);
        SegmentContent.Read(segment).AssertIs(SegmentContent.Of(documents));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Windows_hold_the_columns_and_documents_are_found_by_id(int seed, int count, int longest)
    {
        var documents = SegmentDocument.Random(seed, count, longest);
        var segment = BuiltSegment.Of(documents).Reader();
        for (var window = 0; window < segment.Header.Windows; window++)
        {
            var first = window << SegmentLayout.WindowShift;
            var held = segment.DocumentsIn(window);
            Assert.Equal((documents[first].About.Id, documents[first + held - 1].About.Id), segment.WindowIds(window));
            Assert.Equal(Range(first, held).Select(segment.DocumentId), segment.Ids(window).ToArray());
            Assert.Equal(Range(first, held).Select(segment.LengthCode), segment.LengthCodes(window).ToArray());
            Assert.Equal(Range(first, held).Select(d => segment.Traits(d).Bits), segment.Traits16(window).ToArray());
            Assert.Equal(
                Range(first, held).Select(segment.ModelNumber),
                segment.ModelNumbers(window).ToArray().Select(n => (int)n)
            );
            Assert.Equal(
                Range(first, held).Select(segment.ConversationNumber),
                segment.ConversationNumbers(window).ToArray()
            );
        }

        var next = 0;
        for (var id = documents[0].About.Id - 2; id <= documents[^1].About.Id + 2; id++)
        {
            while (next < documents.Count && documents[next].About.Id < id)
                next++;
            Assert.Equal(next, segment.LowerBound(id));
            Assert.Equal(next < documents.Count && documents[next].About.Id == id ? next : -1, segment.Find(id));
        }

        Assert.Equal((0, count), (segment.LowerBound(long.MinValue), segment.LowerBound(long.MaxValue)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_dictionary_finds_what_is_there_and_walks_from_anywhere(int seed, int count, int longest)
    {
        var documents = SegmentDocument.Random(seed, count, longest);
        var segment = BuiltSegment.Of(documents).Reader();
        var terms = SegmentContent.Of(documents).Terms.Keys.Select(Encoding.Latin1.GetBytes).ToList();
        Assert.Equal(terms.Count, segment.Dictionary.Count);
        for (var index = 0; index < terms.Count; index++)
        {
            Assert.True(segment.Dictionary.Find(terms[index], out _));
            byte[] behind = [.. terms[index], 0];
            Assert.False(segment.Dictionary.Find(behind, out _));
            AssertWalk(segment, terms, terms[index], index);
            AssertWalk(segment, terms, behind, index + 1);
        }

        Assert.False(segment.Dictionary.Find([], out _));
        Assert.False(segment.Dictionary.Find([0xFF], out _));
        AssertWalk(segment, terms, [], 0);
        AssertWalk(segment, terms, [0xFF], terms.Count);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Bounds_of_blocks_bound_and_blocks_are_found_by_document(int seed, int count, int longest)
    {
        var segment = BuiltSegment.Of(SegmentDocument.Random(seed, count, longest)).Reader();
        Bm25[] curves = [Bm25.For(20), Bm25.For(150), Bm25.For(1000)];
        for (var cursor = segment.Dictionary.All(); cursor.MoveNext(); )
        {
            var (reader, fresh) = (
                new PostingsReader(segment, cursor.Entry.Postings),
                new PostingsReader(segment, cursor.Entry.Postings)
            );
            var before = -1;
            for (var block = 0; block < reader.Blocks; block++)
            {
                var documents = reader.Documents(block).ToArray();
                var halves = reader.Halves(block);
                for (var index = 0; index < documents.Length; index++)
                {
                    Assert.Equal(index, reader.IndexOf(block, (int)documents[index]));
                    foreach (var curve in curves)
                        Assert.True(
                            curve.Impact((int)halves[index], segment.LengthCode((int)documents[index]))
                                <= fresh.Bound(block).Impact(curve)
                        );
                }

                var last = (int)documents[^1];
                Assert.Equal(last, fresh.LastDocument(block));
                Assert.Equal((block, block), (fresh.BlockOf(before + 1), fresh.BlockOf(last)));
                Assert.Equal(block + 1, fresh.BlockOf(last + 1));
                before = last;
            }

            if (reader.Blocks > 1)
                Assert.Equal((reader.Blocks, 0), (reader.Unpacked, fresh.Unpacked));
        }
    }

    [Fact]
    public void Positions_are_read_at_any_document_in_any_order()
    {
        var segment = BuiltSegment.Of(SegmentDocument.Random(13, 1500, 80)).Reader();
        var random = new Random(13);
        Assert.True(segment.Dictionary.Find("the"u8, out var entry));
        Assert.True(entry.Postings.Documents > 3 * BitPack.BlockLength);
        var expected = SegmentContent.Read(segment).Terms["the"].Postings;
        var reader = new PostingsReader(segment, entry.Postings);
        var positions = new List<int>();
        for (var time = 0; time < 3000; time++)
        {
            var number = random.Next(expected.Count);
            var (block, index) = (number / BitPack.BlockLength, number % BitPack.BlockLength);
            positions.Clear();
            reader.Positions(block, index, segment.Traits((int)reader.Documents(block)[index]).FirstField, positions);
            Assert.Equal(expected[number].Positions, string.Join(' ', positions));
        }
    }

    [Fact]
    public void Positions_of_one_term_fill_many_pages()
    {
        var documents = SegmentDocument
            .Random(14, 300)
            .Select(
                (document, index) =>
                    document with
                    {
                        Fields =
                        [
                            (SearchField.Answer, Encoding.UTF8.GetBytes(Repeat("tea ", index == 150 ? 200_000 : 1000))),
                        ],
                    }
            )
            .ToList();
        var parts = new[] { 0, 1 }.Select(odd => documents.Where((_, index) => index % 2 == odd).ToList());
        var merged = BuiltSegment.Merge([
            .. parts.Select(part => new MergeInput(BuiltSegment.Of(part).Reader(), null)),
        ])!;

        var expected = SegmentContent.Of(documents);
        SegmentContent.Read(BuiltSegment.Of(documents).Reader()).AssertIs(expected);
        SegmentContent.Read(merged.Reader()).AssertIs(expected);
        Assert.True(merged.Header.Lengths[(int)SegmentStream.Positions] > 8 * SegmentLayout.PageSize);
    }

    private static string Repeat(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();

    private static IEnumerable<int> Range(int first, int count) => Enumerable.Range(first, count);

    /// <summary>The walk from a word passes less than a block of what stands before it, then the first of those that follow.</summary>
    private static void AssertWalk(SegmentReader segment, List<byte[]> terms, byte[] from, int first)
    {
        var cursor = segment.Dictionary.From(from);
        var passed = 0;
        for (; cursor.MoveNext(); passed++)
        {
            if (cursor.Term.SequenceCompareTo(from) < 0)
                continue;
            for (var index = first; index < Math.Min(terms.Count, first + 40); index++, cursor.MoveNext())
                Assert.True(cursor.Term.SequenceEqual(terms[index]));
            Assert.InRange(passed, 0, SegmentLayout.TermsPerBlock);
            return;
        }

        Assert.Equal(terms.Count, first);
        Assert.False(cursor.MoveNext());
    }
}
