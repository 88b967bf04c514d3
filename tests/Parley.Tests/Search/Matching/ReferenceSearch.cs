using Parley.Kernel;
using Parley.Search;
using Parley.Search.Matching;
using Parley.Search.Segments;

namespace Parley.Tests.Search.Matching;

/// <summary>A document that the reference found.</summary>
internal readonly record struct ReferenceHit(ReferenceDocument Document, float Score);

/// <summary>
/// Search by brute force: every document is looked at by every clause, scored by the formula, and sorted. Slow, and with
/// nothing in it that could prune, cache or skip.
/// </summary>
internal sealed class ReferenceSearch(
    IReadOnlyList<ReferenceDocument> documents,
    ReferenceStatistics statistics,
    DateTimeOffset now
)
{
    public IReadOnlyList<ReferenceDocument> Documents => documents;

    /// <summary>All matches, ascending by id, scored.</summary>
    public List<ReferenceHit> Matches(SearchQuery query, Func<ReferenceDocument, bool> passes)
    {
        var plan = new ReferencePlan(query, statistics);
        var found = new List<ReferenceHit>();
        if (!plan.Asks)
            return found;
        foreach (var document in documents)
        {
            if (!passes(document) || (plan.Wanted.Count == 0 && !FoundWithoutWords(plan, document)))
                continue;
            if (plan.Unwanted.Any(group => Score(group, document, plan.Fields) > 0))
                continue;
            if (Score(plan, document) is { } score)
                found.Add(new ReferenceHit(document, score * Recency(document.Id)));
        }

        found.Sort((a, b) => a.Document.Id.CompareTo(b.Document.Id));
        return found;
    }

    /// <summary>Best first; without words the newest.</summary>
    public List<ReferenceHit> Ranked(SearchQuery query, IReadOnlyList<ReferenceHit> matches)
    {
        var plan = new ReferencePlan(query, statistics);
        if (plan.Wanted.Count == 0)
            return [.. matches.OrderByDescending(hit => hit.Document.Id)];
        var ranked = Sorted(matches);
        if (plan.Wanted.Count == 1 || ranked.Count == 1)
            return ranked;
        var near = ranked
            .Take(Proximity.Depth)
            .Select(hit => hit with { Score = hit.Score + Closeness(plan, hit.Document) });
        return [.. Sorted([.. near]), .. ranked.Skip(Proximity.Depth)];
    }

    public Dictionary<SearchFacet, Dictionary<string, int>> Facets(IReadOnlyList<ReferenceHit> matches)
    {
        var found = matches.Select(hit => hit.Document).ToList();
        var messages = found.Where(document => document.Kind is > 0 and < 5).ToList();
        return new()
        {
            [SearchFacet.Provider] = Count(found.Select(document => document.Provider)),
            [SearchFacet.Role] = Count(
                messages.Select(document => new[] { "", "user", "assistant", "system", "tool" }[document.Kind])
            ),
            [SearchFacet.Model] = Count(
                messages.Select(document => document.Model.Length == 0 ? "unknown" : document.Model)
            ),
            [SearchFacet.Month] = Count(
                found.Select(document =>
                    (document.Flags & DocumentTraits.Undated) != 0
                        ? "unknown"
                        : DateTimeOffset.FromUnixTimeMilliseconds(Ids.UnixMs(document.Id)).ToString("yyyy-MM", null)
                )
            ),
        };
    }

    private static Dictionary<string, int> Count(IEnumerable<string> values) =>
        values.GroupBy(value => value).ToDictionary(value => value.Key, value => value.Count());

    private static List<ReferenceHit> Sorted(IReadOnlyList<ReferenceHit> hits) =>
        [.. hits.OrderByDescending(hit => hit.Score).ThenByDescending(hit => hit.Document.Id)];

    private static bool FoundWithoutWords(ReferencePlan plan, ReferenceDocument document) =>
        plan.Fields == 1 << (int)SearchField.Title ? document.Kind == 0 : document.Kind is > 0 and < 5;

    /// <summary>The score of a match before recency.</summary>
    private float? Score(ReferencePlan plan, ReferenceDocument document)
    {
        var (score, weight) = (0f, 0f);
        foreach (var group in plan.Wanted)
        {
            var part = Score(group, document, plan.Fields);
            if (part > 0)
                (score, weight) = (score + part, weight + group.Weight);
            else if (plan.Required == 0)
                return null;
        }

        return weight * 1.00001f >= plan.Required ? score : null;
    }

    private float Score(ReferenceGroup group, ReferenceDocument document, int fields) =>
        group.Atoms.Max(atom => atom.Weight * Impact(atom, Halves(atom, document, fields), document.Length));

    /// <summary>Of the words that a prefix stands for none counts more than another.</summary>
    private float Impact(ReferenceAtom atom, int halves, int length) =>
        atom.Flat ? Math.Min(halves, 1) : statistics.Impact(halves, length);

    /// <summary>How often an atom stands in some fields of a document; not more often than the rarest of its words does.</summary>
    private static int Halves(ReferenceAtom atom, ReferenceDocument document, int fields)
    {
        var tails = document.Terms.Keys.Where(atom.Tails.Contains).Select(document.Halves).DefaultIfEmpty(0).Max();
        var most = atom.Head.Select(document.Halves).Append(tails).Min();
        if (most == 0 || (atom.Head.Count == 0 && (document.Fields & ~fields) == 0))
            return most;
        var places = Positions(atom, document).Where(at => (fields & (1 << (at >> Position.FieldShift))) != 0);
        return Math.Min(most, ReferenceDocument.Halves(places));
    }

    /// <summary>Where the last word of an atom stands.</summary>
    private static List<int> Positions(ReferenceAtom atom, ReferenceDocument document)
    {
        var found = document
            .Terms.Where(term => atom.Tails.Contains(term.Key))
            .SelectMany(term => term.Value)
            .Distinct()
            .Order();
        return [.. found.Where(last => Precedes(atom.Head, document, last))];
    }

    private static bool Precedes(IReadOnlyList<string> head, ReferenceDocument document, int last)
    {
        for (var back = 1; back <= head.Count; back++)
        {
            if (!document.Terms.TryGetValue(head[^back], out var places) || !places.Contains(last - back))
                return false;
        }

        return true;
    }

    private float Recency(long id)
    {
        var days = (now.ToUnixTimeMilliseconds() / 86_400_000) - (Ids.UnixMs(id) / 86_400_000);
        return (float)(1 + (0.1 * Math.Pow(0.5, Math.Max(0, days) / 365.0)));
    }

    private static float Closeness(ReferencePlan plan, ReferenceDocument document)
    {
        var places = plan
            .Wanted.Select(group => group.Atoms.SelectMany(atom => Positions(atom, document).Take(200)).ToList())
            .ToList();
        var sum = 0f;
        for (var index = 1; index < places.Count; index++)
        {
            if (places[index - 1].Exists(one => places[index].Exists(other => Math.Abs(one - other) <= 3)))
                sum += 0.35f * Math.Min(plan.Wanted[index - 1].Weight, plan.Wanted[index].Weight);
        }

        return sum;
    }
}
