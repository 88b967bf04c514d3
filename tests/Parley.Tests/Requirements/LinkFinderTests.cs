using Parley.Requirements;

namespace Parley.Tests.Requirements;

/// <summary>Links that are found: by name, by words, by rules; after a change the same as from scratch.</summary>
public sealed class LinkFinderTests
{
    private static readonly string[] Subjects =
    [
        "kettle",
        "pump",
        "lamp",
        "door",
        "barrier",
        "alarm",
        "sensor",
        "printer",
        "ticket",
        "invoice",
    ];
    private static readonly string[] Verbs =
    [
        "close",
        "open",
        "stop",
        "print",
        "record",
        "delete",
        "keep",
        "show",
        "send",
        "refuse",
    ];
    private static readonly string[] Objects =
    [
        "lid",
        "water",
        "paper",
        "report",
        "payment",
        "route",
        "voltage",
        "message",
        "balance",
        "window",
        "record",
        "parcel",
    ];

    private static LinkFinder Finder(params (string Text, StatementType Type)[] statements) =>
        new([
            .. statements.Select(
                (s, i) =>
                    LinkNode.Of(
                        i + 1,
                        MatchedText.Of(s.Text, StatementNames.Leading(s.Text, out _)),
                        s.Type,
                        StatementForm.Item,
                        null
                    )
            ),
        ]);

    private static List<string> Found(LinkFinder finder) =>
        [
            .. LinkPlan
                .Of(null, finder)
                .Wanted.Values.Select(l => $"{l.From} {LinkKinds.Relations[(int)l.Relation]} {l.To}")
                .Order(StringComparer.Ordinal),
        ];

    private static List<string> Of(params string[] texts) =>
        Found(Finder([.. texts.Select(t => (t, StatementType.Requirement))]));

    [Theory]
    [InlineData("REQ-1: Payment depends on REQ-2.", "REQ-2: The kettle is red.", "1 DEPENDS_ON 2")]
    [InlineData("REQ-1: After REQ-2 is fulfilled it stops.", "REQ-2: The kettle is red.", "1 DEPENDS_ON 2")]
    [InlineData("REQ-1: It stops, see REQ-2.", "REQ-2: The kettle is red.", "1 REFERENCES 2")]
    [InlineData("REQ-1: It conflicts with REQ-2.", "REQ-2: The kettle is red.", "1 CONTRADICTS 2")]
    [InlineData(
        "REQ-1: It shall switch off within 2 s of boiling.",
        "REQ-2: It shall switch off after at least 5 s of boiling.",
        "1 CONTRADICTS 2"
    )]
    [InlineData(
        "REQ-1: Payment records shall be kept for two years.",
        "REQ-2: Payment records shall be deleted after 30 days.",
        "1 CONTRADICTS 2"
    )]
    [InlineData(
        "REQ-1: The lamp shall show red light.",
        "REQ-2: The lamp shall not show red light.",
        "1 CONTRADICTS 2"
    )]
    public void What_statements_say_of_each_other_is_found(string a, string b, string expected) =>
        Assert.Contains(expected, Of(a, b));

    [Theory]
    [InlineData("The lid shall open within 2 s.", "The printer shall stop within 5 s.")]
    [InlineData("The door shall close within 2 s of a call.", "The door shall close within 2000 ms of a call.")]
    [InlineData("The lamp shall show red light.", "The pump shall not show pressure.")]
    [InlineData("When it rains, the door shall close within 2 s.", "When it snows, the door shall close within 4 s.")]
    [InlineData("Records shall be kept for 2 years.", "Records shall be kept for at least 2 years.")]
    public void What_can_both_hold_is_no_contradiction(string a, string b) =>
        Assert.DoesNotContain(Of(a, b), l => l.Contains("CONTRADICTS", StringComparison.Ordinal));

    [Fact]
    public void A_test_is_linked_with_what_it_names_and_else_with_what_it_says()
    {
        var found = Found(
            Finder(
                ("REQ-1: The barrier shall open for paid tickets.", StatementType.Requirement),
                ("REQ-2: The printer shall warn when paper runs low.", StatementType.Requirement),
                ("TC-1: Verifies REQ-1.", StatementType.TestCase),
                ("Check that the printer warns of low paper.", StatementType.TestCase)
            )
        );
        Assert.Contains("3 TESTS 1", found);
        Assert.Contains("4 TESTS 2", found);
        Assert.DoesNotContain("4 TESTS 1", found);
    }

    [Fact]
    public void A_section_is_found_by_its_number()
    {
        var nodes = new List<LinkNode>
        {
            LinkNode.Of(1, MatchedText.Of("3.2 Payment", null), StatementType.Overview, StatementForm.Heading, null),
            LinkNode.Of(
                2,
                MatchedText.Of("It stops as in section 3.2.", null),
                StatementType.Overview,
                StatementForm.Sentence,
                null
            ),
        };
        Assert.Equal(["2 REFERENCES 1"], Found(new LinkFinder(nodes)));
    }

    [Fact]
    public void A_name_that_stands_twice_links_nothing() =>
        Assert.Empty(Of("REQ-1: red lamp", "REQ-1: blue door", "It depends on REQ-1."));

    /// <summary>Storms of edits: the links that are kept and those found anew are together those that are found from scratch.</summary>
    [Fact]
    public void After_every_edit_the_links_are_those_from_scratch()
    {
        var random = new Random(5);
        for (var storm = 0; storm < 25; storm++)
        {
            var nodes = Enumerable.Range(1, random.Next(10, 120)).Select(i => Node(i, random)).ToList();
            var kept = LinkPlan.Of(null, new LinkFinder(nodes)).Wanted.ToDictionary();
            var next = 1_000L;
            var looked = 0;
            for (var edit = 0; edit < 15; edit++)
            {
                var former = new LinkFinder(nodes);
                for (var change = random.Next(1, 4); change > 0; change--)
                {
                    var at = random.Next(nodes.Count);
                    switch (random.Next(4))
                    {
                        case 0:
                            nodes.Insert(at, Node(next++, random));
                            break;
                        case 1 when nodes.Count > 5:
                            nodes.RemoveAt(at);
                            break;
                        case 2:
                            var moved = nodes[at];
                            nodes.RemoveAt(at);
                            nodes.Insert(random.Next(nodes.Count + 1), moved);
                            break;
                        default:
                            nodes[at] = Node(nodes[at].Id, random);
                            break;
                    }
                }

                var plan = LinkPlan.Of(former, new LinkFinder(nodes));
                looked += plan.Touched.Count;
                foreach (
                    var gone in kept
                        .Values.Where(l =>
                            l.Method is LinkMethod.Reference or LinkMethod.Phrase
                            || plan.Touched.Contains(l.From)
                            || plan.Touched.Contains(l.To)
                            || !nodes.Exists(n => n.Id == l.From)
                            || !nodes.Exists(n => n.Id == l.To)
                        )
                        .ToList()
                )
                {
                    kept.Remove(gone.Key);
                }

                foreach (var (key, link) in plan.Wanted)
                {
                    kept[key] = link;
                }

                var scratch = LinkPlan.Of(null, new LinkFinder(nodes)).Wanted;
                Assert.Equal(
                    scratch.Values.Select(l => l.ToString()).Order(StringComparer.Ordinal),
                    kept.Values.Select(l => l.ToString()).Order(StringComparer.Ordinal)
                );
            }

            Assert.True(looked > 0);
        }
    }

    [Fact]
    public void An_edit_in_a_long_document_looks_at_few()
    {
        var random = new Random(3);
        var nodes = Enumerable
            .Range(1, 4_000)
            .Select(i =>
                LinkNode.Of(
                    i,
                    MatchedText.Of(
                        string.Join(' ', Enumerable.Range(0, 8).Select(_ => "word" + Letters(random.Next(4_000)))),
                        null
                    ),
                    StatementType.Requirement,
                    StatementForm.Item,
                    null
                )
            )
            .ToList();
        var former = new LinkFinder(nodes);
        nodes[2_000] = LinkNode.Of(
            2_001,
            MatchedText.Of(nodes[2_000].Text + " wordzz", null),
            StatementType.Requirement,
            StatementForm.Item,
            null
        );
        Assert.InRange(LinkPlan.Of(former, new LinkFinder(nodes)).Touched.Count, 1, 200);
    }

    private static string Letters(int number) =>
        string.Concat(number.ToString("x4").Select(c => (char)('a' + Convert.ToInt32(c.ToString(), 16))));

    private static LinkNode Node(long id, Random random)
    {
        string One(string[] words) => words[random.Next(words.Length)];
        var name = random.Next(3) == 0 ? $"REQ-{random.Next(30)}: " : "";
        var not = random.Next(4) == 0 ? "not " : "";
        var number = random.Next(3) == 0 ? $" within {random.Next(1, 5)} s" : "";
        var other = random.Next(4) == 0 ? $", which depends on REQ-{random.Next(30)}" : "";
        var text =
            $"{name}The {One(Subjects)} shall {not}{One(Verbs)} the {One(Objects)} and the {One(Objects)} of the {One(Subjects)}{number}{other}.";
        var type =
            random.Next(3) == 0 ? StatementType.TestCase
            : random.Next(4) == 0 ? StatementType.UserManual
            : StatementType.Requirement;
        return LinkNode.Of(
            id,
            MatchedText.Of(text, StatementNames.Leading(text, out _)),
            type,
            StatementForm.Item,
            null
        );
    }
}
