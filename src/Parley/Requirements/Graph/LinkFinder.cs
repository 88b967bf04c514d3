namespace Parley.Requirements;

/// <summary>
/// Finds the links of a document without a model. Links by name follow from each statement and the names there are; links
/// by words of a pair follow from the two statements, from which of their words few statements have, and from what stands
/// nearest to each. So after a change only the pairs of statements have to be looked at again that share such words with one
/// that changed (<see cref="Touched"/>). Not thread-safe.
/// </summary>
internal sealed partial class LinkFinder
{
    /// <summary>Statements that may have a word for it to say something.</summary>
    private const int Rare = 64;

    /// <summary>Of the χ² distribution with one degree of freedom: p &lt; 0.001 (Dunning, 1993).</summary>
    private const double Significant = 10.83;

    private const int LeastShared = 2;

    private readonly LinkNode[] nodes;
    private readonly Dictionary<long, int> places = [];
    private readonly Dictionary<string, List<int>> postings = new(StringComparer.Ordinal);

    /// <summary>By author's id or section number; -2: several have it.</summary>
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Nearest> nearest = [];

    public LinkFinder(IReadOnlyList<LinkNode> nodes)
    {
        this.nodes = [.. nodes];
        for (var i = 0; i < this.nodes.Length; i++)
        {
            var node = this.nodes[i];
            places[node.Id] = i;
            Name(node.Name, i);
            if (node.Form == StatementForm.Heading)
            {
                Name(Mentions.SectionName(node.Text), i);
            }

            foreach (var term in node.Terms)
            {
                if (!postings.TryGetValue(term, out var list))
                {
                    postings[term] = list = [];
                }

                list.Add(i);
            }
        }
    }

    public IReadOnlyList<LinkNode> Nodes => nodes;

    public bool Has(string name) => names.ContainsKey(name);

    public LinkNode? Find(long id) => places.TryGetValue(id, out var at) ? nodes[at] : null;

    /// <summary>Authors' ids that stand for one statement each.</summary>
    public Dictionary<string, long> Names()
    {
        var known = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            if (node.Name is { } name && names[name] >= 0)
            {
                known[name] = node.Id;
            }
        }

        return known;
    }

    /// <summary>About how many words the document has: a power of two, so that it seldom changes.</summary>
    private double Vocabulary => Math.Pow(2, Math.Ceiling(Math.Log2(Math.Max(64, postings.Count))));

    /// <summary>Statements whose pairs may be others than they were: those that changed, and those that share a telling word with one of them.</summary>
    public HashSet<long> Touched(LinkFinder? former)
    {
        var touched = new HashSet<long>();
        if (former is null || former.Vocabulary != Vocabulary)
        {
            foreach (var node in nodes)
            {
                touched.Add(node.Id);
            }

            return touched;
        }

        var terms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            var was = former.Find(node.Id);
            if (was is null || !node.IsAs(was.Text, was.Name, was.Type, was.Form, was.ParentId))
            {
                touched.Add(node.Id);
                terms.UnionWith(node.Terms);
                terms.UnionWith(was?.Terms ?? []);
            }
        }

        foreach (var was in former.nodes)
        {
            if (!places.ContainsKey(was.Id))
            {
                terms.UnionWith(was.Terms);
            }
        }

        foreach (var term in terms)
        {
            // Those that had the word and have it no more changed themselves.
            if (
                postings.TryGetValue(term, out var now)
                && (now.Count <= Rare || former.postings.GetValueOrDefault(term) is { Count: <= Rare })
            )
            {
                foreach (var at in now)
                {
                    touched.Add(nodes[at].Id);
                }
            }
        }

        return touched;
    }

    /// <summary>What each statement says of others that it names; names that nobody here has are handed out.</summary>
    public List<FoundLink> References(List<(long From, Mention Mention)> foreign)
    {
        var found = new Dictionary<LinkKey, FoundLink>();
        foreach (var node in nodes)
        {
            if (node.Form == StatementForm.Code)
            {
                continue;
            }

            foreach (var mention in node.Mentions)
            {
                if (!names.TryGetValue(mention.Name, out var at))
                {
                    if (mention.Name[0] != '§')
                    {
                        foreign.Add((node.Id, mention));
                    }
                }
                else if (at >= 0 && nodes[at].Id != node.Id)
                {
                    Keep(found, Of(node.Id, nodes[at].Id, mention));
                }
            }

            ByPhrase(node, found);
        }

        return [.. found.Values];
    }

    public static FoundLink Of(long from, long to, Mention mention) =>
        new(
            from,
            to,
            mention.Relation,
            LinkMethod.Reference,
            mention.Confidence,
            mention.Reason,
            mention.At,
            mention.Length
        );

    /// <summary>Links by words of a statement with any other, either way.</summary>
    public void Pairs(long id, Dictionary<LinkKey, FoundLink> found)
    {
        if (!places.TryGetValue(id, out var i))
        {
            return;
        }

        var node = nodes[i];
        foreach (var (at, shared) in Candidates(i))
        {
            if (shared >= LeastShared && !AreNested(node, nodes[at]))
            {
                // One order for both, so that it is found the same from either side.
                var (a, b) = node.Id < nodes[at].Id ? (node, nodes[at]) : (nodes[at], node);
                if (Contradictions.Find(a, b) is { } no)
                {
                    Keep(
                        found,
                        new FoundLink(
                            a.Id,
                            b.Id,
                            LinkRelation.Contradicts,
                            LinkMethod.Rule,
                            no.Confidence,
                            no.Reason,
                            no.At,
                            Math.Min(no.Length, a.Text.Length - no.At)
                        )
                    );
                }
            }
        }

        foreach (
            var side in (ReadOnlySpan<List<(int At, double Score)>>)
                [NearestOf(i).Asked, NearestOf(i).Others, NearestOf(i).Special]
        )
        {
            foreach (var (at, score) in side)
            {
                if (NearestOf(at).Has(i) && Linked(i, at, score) is { } link)
                {
                    Keep(found, link);
                }
            }
        }
    }

    /// <summary>Of one relation between two statements the surer one, and of those equally sure the first.</summary>
    private static void Keep(Dictionary<LinkKey, FoundLink> found, FoundLink link)
    {
        if (!found.TryGetValue(link.Key, out var known) || link.Confidence > known.Confidence)
        {
            found[link.Key] = link;
        }
    }

    private void Name(string? name, int place)
    {
        if (name is not null && !names.TryAdd(name, place))
        {
            names[name] = -2;
        }
    }

    /// <summary>What “depends on the …” names, where just one statement has all its words.</summary>
    private void ByPhrase(LinkNode node, Dictionary<LinkKey, FoundLink> found)
    {
        foreach (
            var cue in (ReadOnlySpan<string>)
                ["depends on", "depend on", "relies on", "rely on", "requires", "builds on", "is blocked by"]
        )
        {
            var at = Phrases.IndexOf(node.Plain, cue);
            if (at < 0)
            {
                continue;
            }

            var rest = node.Plain.AsSpan(at + cue.Length);
            var end = rest.IndexOfAny(",.;:");
            var terms = StatementTerms.Of(new string(end < 0 ? rest : rest[..end]));
            if (terms.Length is >= 2 and <= 6 && Only(node, terms) is { } target)
            {
                var place = node.PlaceOf(at);
                Keep(
                    found,
                    new FoundLink(
                        node.Id,
                        target.Id,
                        LinkRelation.DependsOn,
                        LinkMethod.Phrase,
                        0.65,
                        $"“{cue}”",
                        place,
                        Math.Min(cue.Length, node.Text.Length - place)
                    )
                );
            }

            return;
        }
    }

    private LinkNode? Only(LinkNode node, string[] terms)
    {
        LinkNode? only = null;
        if (!postings.TryGetValue(terms[0], out var some) || some.Count > Rare)
        {
            return null;
        }

        foreach (var at in some)
        {
            var other = nodes[at];
            if (
                other.Id == node.Id
                || AreNested(node, other)
                || other.Form == StatementForm.Heading
                || LinkNode.Shared(other.Terms, terms) < terms.Length
            )
            {
                continue;
            }

            if (only is not null)
            {
                return null;
            }

            only = other;
        }

        return only;
    }

    private static bool AreNested(LinkNode a, LinkNode b) => a.ParentId == b.Id || b.ParentId == a.Id;
}
