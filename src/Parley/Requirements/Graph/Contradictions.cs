namespace Parley.Requirements;

/// <summary>That two statements cannot both hold, with how sure that is.</summary>
internal sealed record Contradiction(double Confidence, string Reason, int At, int Length);

/// <summary>
/// Finds contradictions of two statements by rules: bounds of one measure that exclude each other, one predicate asked for
/// and forbidden, before against after. What it gives depends on the two statements alone.
/// </summary>
internal static class Contradictions
{
    /// <summary>Verbs that are each other's opposite and so not what two statements differ in.</summary>
    private static readonly HashSet<string> Opposites =
    [
        .. "kept keep retain delet purg remov accept reject refus carr stor heavi larg long".Split(' '),
    ];

    /// <summary>Null: none that the rules know. The evidence stands in <paramref name="a"/>.</summary>
    public static Contradiction? Find(LinkNode a, LinkNode b)
    {
        if (!CanBind(a) || !CanBind(b))
        {
            return null;
        }

        return ByModality(a, b) ?? ByQuantity(a, b) ?? ByOrder(a, b);
    }

    private static bool CanBind(LinkNode node) =>
        node.Form is not (StatementForm.Heading or StatementForm.Code)
        && node.Type
            is StatementType.Requirement
                or StatementType.Constraint
                or StatementType.AcceptanceCriteria
                or StatementType.Feature;

    private static Contradiction? ByModality(LinkNode a, LinkNode b)
    {
        if (a.IsNegated == b.IsNegated)
        {
            return null;
        }

        var (shared, likeness, covered) = Compare(a.Predicate, b.Predicate);
        if (shared < 2 || covered < 0.8 || likeness < 0.6)
        {
            return null;
        }

        var conditions = Compare(a.Condition, b.Condition).Likeness;
        var same = a.Condition.Length + b.Condition.Length == 0 || conditions >= 0.5;
        var negated = a.IsNegated ? a : b;
        return new Contradiction(
            same ? 0.6 + (0.3 * likeness) : 0.35 + (0.3 * likeness),
            $"one asks for what the other forbids{(same ? "" : ", under another condition")}: “{negated.Modality.Word} not”",
            a.PlaceOf(a.Modality.At),
            a.Modality.Word.Length
        );
    }

    private static Contradiction? ByQuantity(LinkNode a, LinkNode b)
    {
        if (a.Quantities.Count == 0 || b.Quantities.Count == 0 || a.IsNegated != b.IsNegated)
        {
            return null;
        }

        var (shared, likeness, covered) = Compare(a.Subject, b.Subject);
        if (shared < 2 || covered < 0.6)
        {
            return null;
        }

        if (a.Condition.Length + b.Condition.Length > 0 && Compare(a.Condition, b.Condition).Likeness < 0.5)
        {
            return null;
        }

        foreach (var one in a.Quantities)
        {
            foreach (var other in b.Quantities)
            {
                if (one.Unit != other.Unit || one.Value == other.Value)
                {
                    continue;
                }

                var excluded = Excludes(one, other);
                // Two plain numbers differ for many reasons: then the statements must be the same but for them.
                if (
                    excluded
                    && (one.Bound != other.Bound || (covered >= 0.9 && likeness >= 0.45))
                    && (IsBounded(one, other) || covered >= 0.75)
                )
                {
                    return new Contradiction(
                        Math.Round(Math.Min(0.95, 0.45 + (0.45 * likeness) + (IsBounded(one, other) ? 0.05 : 0)), 2),
                        $"of the same measure: {Said(one)} and {Said(other)}",
                        a.PlaceOf(one.At),
                        one.Shown.Length
                    );
                }
            }
        }

        return null;
    }

    /// <summary>The same words, but before in one and after in the other.</summary>
    private static Contradiction? ByOrder(LinkNode a, LinkNode b)
    {
        if (a.IsNegated != b.IsNegated)
        {
            return null;
        }

        var (before, after) = (Phrases.IndexOf(a.Plain, "before"), Phrases.IndexOf(b.Plain, "after"));
        var at = before;
        var word = "before";
        if (before < 0 || after < 0)
        {
            (after, before) = (Phrases.IndexOf(a.Plain, "after"), Phrases.IndexOf(b.Plain, "before"));
            (at, word) = (after, "after");
        }

        if (before < 0 || after < 0 || a.Quantities.Count + b.Quantities.Count > 0)
        {
            return null;
        }

        var (shared, likeness, _) = Compare(a.Terms, b.Terms);
        return shared >= 3 && likeness >= 0.85
            ? new Contradiction(0.6, "one says before, the other after", a.PlaceOf(at), word.Length)
            : null;
    }

    private static bool IsBounded(Quantity a, Quantity b) => a.Bound != Bound.Exact && b.Bound != Bound.Exact;

    private static bool Excludes(Quantity a, Quantity b) =>
        (a.Bound, b.Bound) switch
        {
            (Bound.Exact, Bound.Exact) => true,
            (Bound.Most, Bound.Least or Bound.Exact) => b.Value > a.Value,
            (Bound.Least, Bound.Most or Bound.Exact) => b.Value < a.Value,
            (Bound.Exact, Bound.Most) => a.Value > b.Value,
            (Bound.Exact, Bound.Least) => a.Value < b.Value,
            // Two upper bounds both hold where the smaller one does; said of the same they still cannot both be meant.
            _ => true,
        };

    private static string Said(Quantity one) =>
        one.Bound switch
        {
            Bound.Most => "at most " + one.Shown,
            Bound.Least => "at least " + one.Shown,
            _ => one.Shown,
        };

    /// <summary>Terms without the verbs that are opposites.</summary>
    public static string[] Without(string[] terms) => Array.FindAll(terms, static t => !Opposites.Contains(t));

    /// <summary>How many terms both have; the share of all; the share of the smaller one.</summary>
    private static (int Shared, double Likeness, double Covered) Compare(string[] a, string[] b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            return (0, 0, 0);
        }

        var shared = LinkNode.Shared(a, b);
        return (shared, (double)shared / (a.Length + b.Length - shared), (double)shared / Math.Min(a.Length, b.Length));
    }
}
