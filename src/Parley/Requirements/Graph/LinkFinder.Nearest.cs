namespace Parley.Requirements;

/// <content>What stands nearest to each statement by its words.</content>
internal sealed partial class LinkFinder
{
    /// <summary>Statements that share words few have, with how many.</summary>
    private Dictionary<int, int> Candidates(int i)
    {
        var shared = new Dictionary<int, int>();
        foreach (var term in nodes[i].Terms)
        {
            var list = postings[term];
            if (list.Count > Rare)
            {
                continue;
            }

            foreach (var at in list)
            {
                if (at != i)
                {
                    shared[at] = shared.GetValueOrDefault(at) + 1;
                }
            }
        }

        return shared;
    }

    private Nearest NearestOf(int i)
    {
        if (nearest.TryGetValue(i, out var known))
        {
            return known;
        }

        var found = new Nearest();
        var node = nodes[i];
        if (node.Form is not (StatementForm.Heading or StatementForm.Code))
        {
            foreach (var (at, shared) in Candidates(i))
            {
                var other = nodes[at];
                if (
                    shared < LeastShared
                    || other.Form is StatementForm.Heading or StatementForm.Code
                    || AreNested(node, other)
                )
                {
                    continue;
                }

                var score = LogLikelihood(shared, node.Terms.Length, other.Terms.Length, Vocabulary);
                if (score >= Significant)
                {
                    (
                        other.Type.IsAsked() ? found.Asked
                        : IsSpecial(other.Type) ? found.Special
                        : found.Others
                    ).Add((at, score));
                }
            }

            Best(found.Asked, node.Type.IsAsked() ? 2 : 1);
            Best(found.Special, 3);
            Best(found.Others, 1);
        }

        return nearest[i] = found;
    }

    private void Best(List<(int At, double Score)> list, int count)
    {
        list.Sort((a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : ByText(a.At, b.At));
        if (list.Count > count)
        {
            list.RemoveRange(count, list.Count - count);
        }
    }

    /// <summary>Of those equally near, so that it does not matter which was written first.</summary>
    private int ByText(int a, int b) =>
        string.CompareOrdinal(nodes[a].Text, nodes[b].Text) is not 0 and var order
            ? order
            : nodes[a].Id.CompareTo(nodes[b].Id);

    private FoundLink? Linked(int i, int at, double score)
    {
        var (a, b) = (nodes[i], nodes[at]);
        // From what is about the other; of two equals from the one with the smaller id.
        if (IsSpecial(b.Type) && !IsSpecial(a.Type) || (IsSpecial(a.Type) == IsSpecial(b.Type) && b.Id < a.Id))
        {
            (a, b) = (b, a);
        }

        var relation =
            !IsSpecial(a.Type) || !b.Type.IsAsked() ? LinkRelation.RelatesTo
            : a.Type.IsTest() ? LinkRelation.Tests
            : a.Type == StatementType.TechnicalSpec ? LinkRelation.Implements
            : a.Type.IsDesign() ? LinkRelation.Designs
            : LinkRelation.Documents;
        var words = Common(a, b);
        var place = Math.Max(0, a.Text.IndexOf(words[0], StringComparison.OrdinalIgnoreCase));
        return new FoundLink(
            a.Id,
            b.Id,
            relation,
            LinkMethod.Terms,
            Math.Round(Math.Min(0.9, 0.3 + (score / 100)), 2),
            $"both say {string.Join(", ", words)} (G² {score:0.0})",
            place,
            Math.Min(words[0].Length, a.Text.Length - place)
        );
    }

    private static List<string> Common(LinkNode a, LinkNode b)
    {
        var words = new List<string>();
        foreach (var term in a.Terms)
        {
            if (words.Count < 5 && Array.BinarySearch(b.Terms, term, StringComparer.Ordinal) >= 0)
            {
                words.Add(term);
            }
        }

        return words;
    }

    private static bool IsSpecial(StatementType type) => type.IsTest() || type.IsDocumentation() || type.IsDesign();

    /// <summary>G² of the table of words in both, in one, in the other and in neither.</summary>
    private static double LogLikelihood(int both, int a, int b, double all)
    {
        static double Part(double observed, double expected) =>
            observed > 0 ? observed * Math.Log(observed / expected) : 0;
        var (onlyA, onlyB) = (a - both, b - both);
        var neither = Math.Max(1, all - a - b + both);
        var sum = both + onlyA + onlyB + neither;
        var g =
            Part(both, a * (double)b / sum)
            + Part(onlyA, a * (sum - b) / sum)
            + Part(onlyB, (sum - a) * b / sum)
            + Part(neither, (sum - a) * (sum - b) / sum);
        return both * sum > a * (double)b ? 2 * g : 0;
    }

    /// <summary>The best of each kind for one statement.</summary>
    private sealed class Nearest
    {
        public List<(int At, double Score)> Asked { get; } = [];
        public List<(int At, double Score)> Special { get; } = [];
        public List<(int At, double Score)> Others { get; } = [];

        public bool Has(int at) => Has(Asked, at) || Has(Special, at) || Has(Others, at);

        private static bool Has(List<(int At, double Score)> list, int at)
        {
            foreach (var one in list)
            {
                if (one.At == at)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
