using System.Text;
using Parley.Requirements;

namespace Parley.Tests.Requirements;

/// <summary>Where statements begin and end.</summary>
public sealed class SplitterTests
{
    private static List<string> Texts(string text) =>
        StatementSplitter.Split(text).ConvertAll(s => text.Substring(s.Start, s.Length));

    private static List<(string Form, string Text)> Forms(string text) =>
        StatementSplitter.Split(text).ConvertAll(s => (s.Form.Name(), text.Substring(s.Start, s.Length)));

    [Theory]
    [InlineData("Tea is hot. It shall be drunk.", "Tea is hot.|It shall be drunk.")]
    [InlineData("Use e.g. Sencha or i.e. green tea. Done.", "Use e.g. Sencha or i.e. green tea.|Done.")]
    [InlineData("It takes 3.5 s at most. Then it stops.", "It takes 3.5 s at most.|Then it stops.")]
    [InlineData("See https://t.example/a.b?c=d. It says more.", "See https://t.example/a.b?c=d.|It says more.")]
    [InlineData("Dr. Ada and J. Smith agree. Yes!", "Dr. Ada and J. Smith agree.|Yes!")]
    [InlineData("As in Fig. 3 and Sec. 2.1. Next one.", "As in Fig. 3 and Sec. 2.1.|Next one.")]
    [InlineData("Cups, pots, etc. The rest is tea.", "Cups, pots, etc.|The rest is tea.")]
    [InlineData("Call `a. B` twice. Then wait.", "Call `a. B` twice.|Then wait.")]
    [InlineData(
        "Es gilt z.B. Nr. 5 bzw. Abs. 2. Das muss so sein.",
        "Es gilt z.B. Nr. 5 bzw. Abs. 2.|Das muss so sein."
    )]
    [InlineData("(It is so.) \"Really?\" Yes.", "(It is so.)|\"Really?\"|Yes.")]
    [InlineData("One line\nand its next. Another\none.", "One line\nand its next.|Another\none.")]
    [InlineData("Version 1.2.3 is out. v2.0 follows", "Version 1.2.3 is out. v2.0 follows")]
    public void Sentences_end_where_they_end(string text, string expected) =>
        Assert.Equal(expected.Split('|'), Texts(text));

    [Fact]
    public void Headings_items_rows_and_code_are_statements_of_their_own()
    {
        const string Text = """
            ---
            title: x
            ---
            # Kettle

            <!-- a comment. Not said. -->
            Intro of two. Sentences here.

            1. first item. With two sentences.
            2. second
               goes on

               - nested

            | Id | Requirement |
            |----|-------------|
            | R-1 | shall boil |
            | R-2 | shall stop |

            ```http
            GET /kettle

            # not a heading
            ```

            Underlined
            ----------

            ***

            [x]: https://t.example/
            > quoted words.
            """;
        Assert.Equal(
            [
                ("heading", "Kettle"),
                ("sentence", "Intro of two."),
                ("sentence", "Sentences here."),
                ("item", "first item. With two sentences."),
                ("item", "second\n   goes on"),
                ("item", "nested"),
                ("row", "| R-1 | shall boil |"),
                ("row", "| R-2 | shall stop |"),
                ("code", "```http\nGET /kettle\n\n# not a heading\n```"),
                ("heading", "Underlined"),
                ("sentence", "quoted words."),
            ],
            Forms(Text.ReplaceLineEndings("\n"))
        );
    }

    [Fact]
    public void Statements_know_what_they_stand_under()
    {
        const string Text =
            "# A\n\nIntro.\n\n## B\n\nThe kettle shall:\n\n- boil\n  - fast\n- stop\n\nAfter.\n\n**Acceptance criteria**\n\n- it boils\n\n# C\n\nEnd.";
        var all = StatementSplitter.Split(Text);
        var above = all.ToDictionary(
            s => Text.Substring(s.Start, s.Length),
            s => s.Parent < 0 ? "" : Text.Substring(all[s.Parent].Start, all[s.Parent].Length)
        );
        Assert.Equal("A", above["Intro."]);
        Assert.Equal("A", above["B"]);
        Assert.Equal("The kettle shall:", above["boil"]);
        Assert.Equal("boil", above["fast"]);
        Assert.Equal("The kettle shall:", above["stop"]);
        Assert.Equal("B", above["After."]);
        Assert.Equal("**Acceptance criteria**", above["it boils"]);
        Assert.Equal("C", above["End."]);
    }

    [Theory]
    [InlineData("- REQ-12: It shall.", "REQ-12")]
    [InlineData("**FR-1.2** The kettle shall.", "FR-1.2")]
    [InlineData("[NFR-PERF-01] It shall.", "NFR-PERF-01")]
    [InlineData("## US-3 Brewing", "US-3")]
    [InlineData("- [x] AC-4: done", "AC-4")]
    [InlineData("| TC-7 | pours |\n", "TC-7")]
    [InlineData("UTF-8 is used.", null)]
    [InlineData("ISO-9001 applies.", null)]
    [InlineData("REQ-3 depends on it.", null)]
    [InlineData("The REQ-3: later", null)]
    public void Ids_of_authors_are_read_where_they_stand_first(string text, string? name)
    {
        text = text.StartsWith('|') ? "| a | b |\n|---|---|\n" + text : text;
        Assert.Equal(name, StatementSplitter.Split(text)[^1].Name);
    }

    [Fact]
    public void Places_are_exact_and_nothing_is_said_twice_or_lost()
    {
        var random = new Random(7);
        string[] pieces =
        [
            "# Head\n",
            "## Näxt 🍵\n",
            "words and more. ",
            "Größe: 3.5 cm. ",
            "- item\n",
            "  - inner 🎉. Two.\n",
            "\n",
            "\n\n",
            "| a | b |\n|--|--|\n",
            "| 1 | ü |\n",
            "```\ncode. Here\n```\n",
            "> quote\n",
            "1. one\n",
            "REQ-1: shall. ",
            "e.g. ",
            "***\n",
            "<!-- c -->",
            "===\n",
            "tail:\n",
            "\t",
            "…",
            "。",
        ];
        for (var round = 0; round < 400; round++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(1, 40)).Select(_ => pieces[random.Next(pieces.Length)])
            );
            var all = StatementSplitter.Split(text);
            var places = new TextPlaces(text);
            var utf8 = Encoding.UTF8.GetBytes(text);
            var end = 0;
            for (var i = 0; i < all.Count; i++)
            {
                Assert.True(all[i].Start >= end && all[i].Length > 0 && all[i].End <= text.Length, text);
                Assert.InRange(all[i].Parent, -1, i - 1);
                var words = text.Substring(all[i].Start, all[i].Length);
                Assert.Equal(words.Trim(), words);
                var start = places.BytesBefore(all[i].Start);
                Assert.Equal(
                    words,
                    Encoding.UTF8.GetString(utf8.AsSpan(start, places.BytesBefore(all[i].End) - start))
                );
                end = all[i].End;
            }

            foreach (var word in new[] { "words", "item", "inner", "code", "quote" })
            {
                var open =
                    text.Contains("```", StringComparison.Ordinal) || text.Contains("<!--", StringComparison.Ordinal);
                Assert.True(
                    open || all.Sum(s => Count(text.Substring(s.Start, s.Length), word)) == Count(text, word),
                    $"{word} in {text}"
                );
            }
        }
    }

    [Fact]
    public void Hostile_texts_are_cut_in_linear_time()
    {
        foreach (
            var piece in new[]
            {
                "- ",
                "# ",
                "|",
                "|-|\n",
                "`",
                "```\n",
                "> ",
                "a. ",
                "((",
                "**",
                "REQ-1-",
                "\n",
                "  - x\n",
                "<!--",
                "1.",
                "[",
                "🍵",
            }
        )
        {
            var text = string.Concat(Enumerable.Repeat(piece, 400_000 / piece.Length));
            var clock = System.Diagnostics.Stopwatch.StartNew();
            StatementSplitter.Split(text);
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{piece}: {clock.Elapsed}");
        }
    }

    private static int Count(string text, string word) => text.Split(word).Length - 1;
}
