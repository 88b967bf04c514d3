using Parley.Requirements;

namespace Parley.Tests.Requirements;

/// <summary>Statements found again after edits.</summary>
public sealed class StatementMatchTests
{
    private static readonly string[] Words =
        "kettle water boils tea green stops alarm sensor heat steam user button lamp time second minute door lock cup pour lid handle base plug wire timer".Split(
            ' '
        );

    private static MatchedText One(string text) => MatchedText.Of(text, StatementNames.Leading(text, out _));

    private static List<MatchedText> All(params string[] texts) => [.. texts.Select(One)];

    private static string Sentence(Random random) =>
        string.Join(
            ' ',
            Enumerable.Range(0, random.Next(6, 16)).Select(_ => Words[random.Next(Words.Length)] + random.Next(30))
        );

    [Fact]
    public void What_moved_stays_and_twins_follow_their_neighbours()
    {
        Assert.Equal([2, 0, 1], StatementMatch.Find(All("a b c", "d e f", "g h i"), All("g h i", "a b c", "d e f")));
        Assert.Equal([0, 1, 2, 3], StatementMatch.Find(All("x", "same", "y", "same"), All("x", "same", "y", "same")));
        Assert.Equal([-1, 0, 1], StatementMatch.Find(All("one", "two"), All("zero", "one", "two")));
    }

    [Fact]
    public void The_same_id_of_the_author_is_the_same_statement_but_not_where_it_stands_twice()
    {
        Assert.Equal(
            [1],
            StatementMatch.Find(All("other words", "REQ-1: old"), All("REQ-1: something else entirely now"))
        );
        Assert.Equal(
            [-1],
            StatementMatch.Find(All("REQ-1: cups", "REQ-1: pots"), All("REQ-1: something else entirely now"))
        );
    }

    [Fact]
    public void A_word_that_changed_changes_no_id_and_other_words_do()
    {
        Assert.Equal(
            [0, 1],
            StatementMatch.Find(
                All("The kettle shall stop within 3 s of boiling.", "The lamp shall be red while it heats."),
                All("The kettle shall stop within 2 s of boiling.", "The lamp shall be blue while it heats.")
            )
        );
        Assert.Equal(
            [-1],
            StatementMatch.Find(All("The kettle boils."), All("Payments are settled weekly by bank transfer."))
        );
    }

    /// <summary>Storms of edits: each statement of a document that survives keeps its identity, one to one.</summary>
    [Fact]
    public void In_a_storm_of_edits_what_survives_keeps_its_id()
    {
        var random = new Random(11);
        for (var storm = 0; storm < 60; storm++)
        {
            var now = Enumerable.Range(0, random.Next(5, 60)).Select(i => (Id: i, Text: Sentence(random))).ToList();
            var next = 1_000;
            for (var edit = 0; edit < 12; edit++)
            {
                var former = now.ToList();
                for (var change = random.Next(1, 6); change > 0; change--)
                {
                    var at = random.Next(now.Count);
                    switch (random.Next(4))
                    {
                        case 0:
                            now.Insert(at, (next++, Sentence(random)));
                            break;
                        case 1 when now.Count > 3:
                            now.RemoveAt(at);
                            break;
                        case 2:
                            var moved = now[at];
                            now.RemoveAt(at);
                            now.Insert(random.Next(now.Count + 1), moved);
                            break;
                        default:
                            var words = now[at].Text.Split(' ');
                            words[random.Next(words.Length)] = "changed" + next;
                            now[at] = (now[at].Id, string.Join(' ', words));
                            break;
                    }
                }

                var found = StatementMatch.Find(
                    All([.. former.Select(f => f.Text)]),
                    All([.. now.Select(n => n.Text)])
                );
                Assert.Equal(found.Count(f => f >= 0), found.Where(f => f >= 0).Distinct().Count());
                for (var i = 0; i < now.Count; i++)
                {
                    var known = former.FindIndex(f => f.Id == now[i].Id);
                    if (known >= 0 && former[known].Text == now[i].Text)
                    {
                        Assert.Equal(known, found[i]);
                    }
                    else if (known < 0 && found[i] >= 0)
                    {
                        // A new one may take the place of one that went, never of one that stayed.
                        Assert.DoesNotContain(now, n => n.Id == former[found[i]].Id);
                    }
                    else if (known >= 0)
                    {
                        Assert.True(found[i] == known || Shared(former[known].Text, now[i].Text) < 0.7, now[i].Text);
                    }
                }
            }
        }
    }

    private static double Shared(string a, string b)
    {
        var (first, second) = (a.Split(' ').ToHashSet(), b.Split(' ').ToHashSet());
        return 2.0 * first.Intersect(second).Count() / (first.Count + second.Count);
    }
}
