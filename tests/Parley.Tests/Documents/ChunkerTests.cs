using System.Text;
using Parley.Documents;

namespace Parley.Tests.Documents;

/// <summary>How texts are cut, and that cuts stay where words stay.</summary>
public sealed class ChunkerTests
{
    private static List<Chunk> Cut(string text, TextShape shape = TextShape.Markdown) =>
        Chunker.Cut(Encoding.UTF8.GetBytes(text), shape, []);

    private static string Of(string text, Chunk chunk) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text).AsSpan(chunk.Start, chunk.Length));

    private static string Words(int count, int seed) =>
        string.Concat(
            Enumerable.Range(0, count / 10).Select(i => $"Sentence {i} of {seed} tells of tea, water and time. ")
        );

    [Fact]
    public void A_chunk_knows_the_headings_above_it_and_begins_at_its_own()
    {
        var text = $"# Tea\n\n{Words(60, 1)}\n\n## Green\n\n{Words(60, 2)}\n\n# Coffee\n\n{Words(60, 3)}";
        var chunks = Cut(text);
        Assert.Equal(["Tea", "Tea\nGreen", "Coffee"], chunks.Select(c => c.Heading));
        Assert.StartsWith("## Green", Of(text, chunks[1]), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_prose_is_cut_at_ends_of_sentences_and_one_sentence_is_in_both()
    {
        var text = Words(3_000, 7);
        var chunks = Cut(text);
        Assert.InRange(chunks.Count, 10, 30);
        foreach (var (before, after) in chunks.Zip(chunks.Skip(1)))
        {
            Assert.InRange(after.Words, 1, 300);
            Assert.StartsWith("Sentence ", Of(text, after), StringComparison.Ordinal);
            Assert.EndsWith("time.", Of(text, after), StringComparison.Ordinal);
            var shared = Of(text, after)[..(Of(text, after).IndexOf(". ", StringComparison.Ordinal) + 1)];
            Assert.EndsWith(shared, Of(text, before), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Tables_and_code_stay_whole_up_to_a_limit()
    {
        var table = "| a | b |\n| --- | --- |\n" + string.Concat(Enumerable.Repeat("| tea of the house | 80 |\n", 80));
        var code = "```cs\n" + string.Concat(Enumerable.Repeat("var tea = Brew(80);\n\n", 120)) + "```";
        var text = $"{Words(150, 1)}\n\n{table}\n{Words(150, 2)}\n\n{code}\n\n{Words(150, 3)}";
        var chunks = Cut(text);
        Assert.Single(chunks, c => Of(text, c).Contains(table.Trim(), StringComparison.Ordinal));
        Assert.Single(chunks, c => Of(text, c).Contains(code, StringComparison.Ordinal));
        Assert.Contains(chunks, c => c.Kind == ChunkKind.Table);
        Assert.Contains(chunks, c => c.Kind == ChunkKind.Code);
    }

    [Theory]
    [InlineData("Dr. J. Doe drank 3.5 cups, e.g. of tea. He left.", 2)]
    [InlineData("お茶です。美味しい！", 2)]
    [InlineData("- one\n- two\n1. three", 3)]
    [InlineData("\"Really?\" she asked. \"Yes.\" Then they went.", 3)]
    public void Sentences_end_where_a_reader_ends_them(string text, int count)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var found = 0;
        foreach (var _ in new Sentences(utf8, 0, utf8.Length))
        {
            found++;
        }

        Assert.Equal(count, found);
    }

    [Theory]
    [InlineData("Markdown")]
    [InlineData("Plain")]
    [InlineData("Code")]
    [InlineData("Rows")]
    public void Whatever_the_text_every_word_is_in_a_chunk_and_no_chunk_is_larger_than_allowed(string named)
    {
        var shape = Enum.Parse<TextShape>(named);
        var random = new Random(11);
        string[] pieces =
        [
            "# h\n",
            "\n\n",
            "```\n",
            "| a |\n",
            "word ",
            "end. ",
            "ä。",
            "x,y\n",
            new('z', 3000),
            "- i\n",
            "\t",
        ];
        for (var run = 0; run < 300; run++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(1, 200)).Select(_ => pieces[random.Next(pieces.Length)])
            );
            var utf8 = Encoding.UTF8.GetBytes(text);
            var covered = new bool[utf8.Length];
            var last = -1;
            foreach (var chunk in Chunker.Cut(utf8, shape, []))
            {
                Assert.InRange(chunk.Length, 1, 20_000);
                Assert.True(chunk.Start > last, $"seed 11, run {run}");
                last = chunk.Start;
                covered.AsSpan(chunk.Start, chunk.Length).Fill(true);
                _ = new UTF8Encoding(false, true).GetString(utf8, chunk.Start, chunk.Length);
            }

            for (var i = 0; i < utf8.Length; i++)
            {
                Assert.True(
                    covered[i] || utf8[i] is (byte)' ' or (byte)'\n' or (byte)'\t',
                    $"seed 11, run {run}, byte {i}"
                );
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_edit_changes_the_chunks_near_it_and_no_others(int seed)
    {
        var random = new Random(seed);
        string Sentence() =>
            string.Join(' ', Enumerable.Range(0, random.Next(5, 25)).Select(_ => "w" + random.Next(5_000))) + ".";
        var sentences = Enumerable.Range(0, 2_000).Select(_ => Sentence()).ToList();
        var marks = sentences.ConvertAll(_ => random.Next(6) == 0 ? "\n\n" : " ");
        string Text() => string.Concat(sentences.Zip(marks, (s, m) => s + m));
        var before = Cut(Text());
        var changed = 0;
        for (var edit = 0; edit < 60; edit++)
        {
            var at = random.Next(sentences.Count);
            switch (random.Next(3))
            {
                case 0:
                    sentences[at] = Sentence();
                    break;
                case 1:
                    sentences.Insert(at, Sentence());
                    marks.Insert(at, " ");
                    break;
                default:
                    sentences.RemoveAt(at);
                    marks.RemoveAt(at);
                    break;
            }

            var after = Cut(Text());
            var found = ChunkMatch.Find(before.ConvertAll(c => c.Hash), after.ConvertAll(c => c.Hash));
            var fresh = found.Count(f => f < 0);
            Assert.True(fresh <= 25, $"seed {seed}, edit {edit}: {fresh} of {after.Count} chunks changed");
            Assert.Equal(after.Count - fresh, found.Where(f => f >= 0).Distinct().Count());
            Assert.All(
                after.Zip(found).Where(p => p.Second >= 0),
                p => Assert.Equal(before[p.Second].Hash, p.First.Hash)
            );
            changed += fresh;
            before = after;
        }

        Assert.True(changed <= 60 * 6, $"seed {seed}: {changed} chunks changed in 60 edits");
    }
}
