using System.Text;
using Parley.Search.Segments;
using Parley.Search.Text;

namespace Parley.Tests.Search.Segments;

/// <summary>Merged segments say what one segment of the documents that stay would have said.</summary>
public sealed class SegmentMergerTests
{
    [Theory]
    [InlineData(1, 1, 50)]
    [InlineData(2, 2, 300)]
    [InlineData(3, 3, 1000)]
    [InlineData(4, 8, 900)]
    [InlineData(5, 3, 5000)]
    public void Interleaved_segments_become_one(int seed, int segments, int count)
    {
        var documents = SegmentDocument.Random(seed, count, count > 2000 ? 8 : 40);
        var merged = BuiltSegment.Merge([
            .. Scatter(seed, documents, segments).Select(p => new MergeInput(BuiltSegment.Of(p).Reader(), null)),
        ])!;

        var whole = BuiltSegment.Of(documents);
        SegmentContent.Read(merged.Reader()).AssertIs(SegmentContent.Of(documents));
        AssertHeaders(whole.Header, merged.Header);
        Assert.Equal(whole.Header.Tokens, merged.Header.Tokens);
        Assert.Equal(whole.Header.Terms, merged.Header.Terms);
    }

    [Fact]
    public void Segments_that_follow_one_another_become_one()
    {
        var documents = SegmentDocument.Random(6, 2500, 20);
        var merged = BuiltSegment.Merge([
            .. documents.Chunk(700).Reverse().Select(part => new MergeInput(BuiltSegment.Of(part).Reader(), null)),
        ])!;
        SegmentContent.Read(merged.Reader()).AssertIs(SegmentContent.Of(documents));
        AssertHeaders(BuiltSegment.Of(documents).Header, merged.Header);
    }

    [Theory]
    [InlineData(11, 1, 200, 10)]
    [InlineData(12, 1, 700, 90)]
    [InlineData(13, 3, 600, 30)]
    [InlineData(14, 4, 600, 97)]
    [InlineData(15, 5, 3000, 50)]
    public void What_was_deleted_is_gone(int seed, int segments, int count, int percent)
    {
        var random = new Random(seed);
        var stays = new List<SegmentDocument>();
        var inputs = new List<MergeInput>();
        var documents = SegmentDocument.Random(seed, count, count > 2000 ? 10 : 40);
        foreach (var part in Scatter(seed, documents, segments))
        {
            var deleted = Delete(part.Count, number => random.Next(100) < percent);
            stays.AddRange(part.Where((_, number) => (deleted[number >> 6] & (1UL << (number & 63))) == 0));
            inputs.Add(new MergeInput(BuiltSegment.Of(part).Reader(), deleted));
        }

        stays.Sort((a, b) => a.About.Id.CompareTo(b.About.Id));
        var merged = BuiltSegment.Merge(inputs)!;

        var before = SegmentContent.Of(documents);
        var after = SegmentContent.Of(stays);
        SegmentContent
            .Read(merged.Reader())
            .AssertIs(
                after,
                (word, actual, said) =>
                {
                    var holding = after.Terms.GetValueOrDefault(Stem(word))?.Postings.Count ?? 0;
                    return said >= actual && said <= Math.Min(before.Terms[word].Words, holding);
                }
            );
        AssertHeaders(BuiltSegment.Of(stays).Header, merged.Header);
        Assert.InRange(merged.Header.Tokens, 0, before.Tokens);
    }

    [Fact]
    public void Merges_are_merged_again()
    {
        var documents = SegmentDocument.Random(21, 1200, 30);
        var parts = Scatter(21, documents, 5).Select(BuiltSegment.Of).ToList();
        var first = BuiltSegment.Merge([new(parts[0].Reader(), null), new(parts[1].Reader(), null)])!;
        var second = BuiltSegment.Merge([
            new(parts[2].Reader(), null),
            new(first.Reader(), null),
            new(parts[3].Reader(), null),
        ])!;
        var last = BuiltSegment.Merge([new(parts[4].Reader(), null), new(second.Reader(), null)])!;

        SegmentContent.Read(last.Reader()).AssertIs(SegmentContent.Of(documents));
        AssertHeaders(BuiltSegment.Of(documents).Header, last.Header);
    }

    [Fact]
    public void A_merge_of_nothing_that_stays_is_no_segment()
    {
        var inputs = new[] { 31, 32 }
            .Select(seed => BuiltSegment.Of(SegmentDocument.Random(seed, 100)).Reader())
            .Select(segment => new MergeInput(segment, Delete(segment.Documents, _ => true)));
        Assert.Null(BuiltSegment.Merge([.. inputs]));
    }

    [Fact]
    public void A_cancelled_merge_throws()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var input = new MergeInput(BuiltSegment.Of(SegmentDocument.Random(41, 100)).Reader(), null);
        Assert.Throws<OperationCanceledException>(() =>
            new SegmentMerger([input], new MemoryPages()).Merge(cancelled.Token)
        );
    }

    private static void AssertHeaders(SegmentHeader expected, SegmentHeader merged)
    {
        Assert.Equal(expected.Documents, merged.Documents);
        Assert.Equal(expected.Conversations, merged.Conversations);
        Assert.Equal((expected.FirstId, expected.LastId), (merged.FirstId, merged.LastId));
        foreach (
            var stream in (SegmentStream[])
                [SegmentStream.Ids, SegmentStream.Windows, SegmentStream.Postings, SegmentStream.Positions]
        )
            Assert.Equal(expected.Lengths[(int)stream], merged.Lengths[(int)stream]);
        SegmentHeader.Read(merged.ToBytes());
    }

    private static IEnumerable<List<SegmentDocument>> Scatter(int seed, List<SegmentDocument> documents, int parts)
    {
        var random = new Random(seed);
        return documents.GroupBy(_ => random.Next(parts)).Select(part => part.ToList());
    }

    private static ulong[] Delete(int documents, Func<int, bool> which)
    {
        var deleted = new ulong[(documents + 63) / 64];
        for (var number = 0; number < documents; number++)
        {
            if (which(number))
                deleted[number >> 6] |= 1UL << (number & 63);
        }

        return deleted;
    }

    private static string Stem(string word)
    {
        Span<byte> buffer = stackalloc byte[TextTokenizer.MaxTermBytes + 1];
        return Encoding.Latin1.GetString(EnglishStemmer.Stem(Encoding.Latin1.GetBytes(word), buffer));
    }
}
