using Parley.Kernel;

namespace Parley.Requirements;

/// <summary>
/// What a change of statements may reach: those that depend on them, test, document, design or build them, and what
/// contradicts or relates to them, and so on. A way is as sure as its links together; each step makes it less so.
/// Thread-safe.
/// </summary>
internal sealed class ImpactFinder(Db db)
{
    public const int DeepestDepth = 6;
    public const int UsualDepth = 3;
    public const int MostItems = 500;

    private const int MostVisited = 5_000;
    private const int MostLinks = 200;
    private const double Step = 0.8;

    /// <summary>How much of a change goes on along a link: to what the link goes out from, and to what it leads to.</summary>
    private static (double Back, double On) Weight(string relation) =>
        relation switch
        {
            "DEPENDS_ON" => (1, 0),
            "TESTS" or "IMPLEMENTS" or "DESIGNS" => (0.95, 0),
            "DOCUMENTS" => (0.8, 0),
            "REFERENCES" => (0.5, 0),
            "CONTRADICTS" => (0.6, 0.6),
            "RELATES_TO" => (0.3, 0.3),
            _ => (0, 0),
        };

    /// <summary>Null where one of the statements is not there.</summary>
    public Task<ImpactView?> FindAsync(long ownerId, IReadOnlyList<long> changed, int depth, CancellationToken ct) =>
        db.ReadAsync(session => Find(session, ownerId, changed, depth), ct);

    private static ImpactView? Find(DbSession session, long ownerId, IReadOnlyList<long> changed, int depth)
    {
        var best = new Dictionary<long, Reached>();
        var queue = new PriorityQueue<long, double>();
        foreach (var id in changed)
        {
            if (GraphReads.FindBrief(session, ownerId, id) is null)
            {
                return null;
            }

            best[id] = new Reached(1, 0, 0, null);
            queue.Enqueue(id, -1);
        }

        var done = new HashSet<long>();
        var needs = new Dictionary<long, List<long>>();
        var orphans = new List<string>();
        while (queue.TryDequeue(out var at, out _) && done.Count < MostVisited)
        {
            if (!done.Add(at))
            {
                continue;
            }

            var here = best[at];
            var linked = false;
            foreach (var (other, link) in GraphReads.LinksOf(session, at, MostLinks))
            {
                linked |= link.Id is not null;
                var goesOut = link.FromId == StatementId.Format(at);
                if (link.Relation == "DEPENDS_ON" && goesOut)
                {
                    Add(needs, at, other);
                }

                var (back, on) = Weight(link.Relation);
                var score = here.Score * Step * link.Confidence * (goesOut ? on : back);
                if (
                    score > 0.01
                    && here.Distance < depth
                    && score > (best.TryGetValue(other, out var known) ? known.Score : 0)
                )
                {
                    best[other] = new Reached(score, here.Distance + 1, at, link.Relation);
                    queue.Enqueue(other, -score);
                }
            }

            if (here.Distance == 0 && !linked)
            {
                orphans.Add(StatementId.Format(at));
            }
        }

        return new ImpactView(
            Items(session, ownerId, best, done, out var truncated),
            Rings.Find(needs),
            orphans,
            truncated || queue.Count > 0
        );
    }

    private static void Add(Dictionary<long, List<long>> needs, long from, long to)
    {
        if (!needs.TryGetValue(from, out var list))
        {
            needs[from] = list = [];
        }

        list.Add(to);
    }

    private static List<ImpactItem> Items(
        DbSession session,
        long ownerId,
        Dictionary<long, Reached> best,
        HashSet<long> done,
        out bool truncated
    )
    {
        var order = new List<long>();
        foreach (var (id, reached) in best)
        {
            if (reached.Relation is not null && done.Contains(id))
            {
                order.Add(id);
            }
        }

        order.Sort((a, b) => best[a].Score != best[b].Score ? best[b].Score.CompareTo(best[a].Score) : a.CompareTo(b));
        truncated = order.Count > MostItems;
        var items = new List<ImpactItem>();
        foreach (var id in order)
        {
            if (items.Count < MostItems && GraphReads.FindBrief(session, ownerId, id) is { } brief)
            {
                items.Add(new ImpactItem(brief, Math.Round(best[id].Score, 3), best[id].Distance, PathTo(id, best)));
            }
        }

        return items;
    }

    private static List<ImpactStep> PathTo(long id, Dictionary<long, Reached> best)
    {
        var path = new List<ImpactStep>();
        for (var at = id; path.Count <= DeepestDepth + 1; at = best[at].From)
        {
            path.Insert(0, new ImpactStep(StatementId.Format(at), best[at].Relation));
            if (best[at].Relation is null)
            {
                break;
            }
        }

        return path;
    }

    /// <param name="From">The statement the change came from.</param>
    /// <param name="Relation">Null: it changed itself.</param>
    private sealed record Reached(double Score, int Distance, long From, string? Relation);
}

/// <summary>Rings of dependencies: strongly connected components (Tarjan, 1972), without recursion.</summary>
internal static class Rings
{
    private const int MostRings = 50;

    public static IReadOnlyList<IReadOnlyList<string>> Find(Dictionary<long, List<long>> needs)
    {
        var rings = new List<IReadOnlyList<string>>();
        var index = new Dictionary<long, int>();
        var low = new Dictionary<long, int>();
        var open = new HashSet<long>();
        var stack = new Stack<long>();
        foreach (var root in needs.Keys)
        {
            if (index.ContainsKey(root))
            {
                continue;
            }

            var walk = new Stack<(long Node, int Next)>();
            walk.Push((root, 0));
            while (walk.TryPop(out var at))
            {
                if (at.Next == 0)
                {
                    index[at.Node] = low[at.Node] = index.Count;
                    stack.Push(at.Node);
                    open.Add(at.Node);
                }

                var list = needs.GetValueOrDefault(at.Node) ?? [];
                if (at.Next > 0)
                {
                    low[at.Node] = Math.Min(
                        low[at.Node],
                        open.Contains(list[at.Next - 1]) ? low[list[at.Next - 1]] : int.MaxValue
                    );
                }

                if (at.Next < list.Count)
                {
                    walk.Push((at.Node, at.Next + 1));
                    if (!index.ContainsKey(list[at.Next]))
                    {
                        walk.Push((list[at.Next], 0));
                    }

                    continue;
                }

                if (low[at.Node] == index[at.Node])
                {
                    Close(at.Node, stack, open, needs, rings);
                }
            }
        }

        return rings;
    }

    private static void Close(
        long node,
        Stack<long> stack,
        HashSet<long> open,
        Dictionary<long, List<long>> needs,
        List<IReadOnlyList<string>> rings
    )
    {
        var ring = new List<string>();
        long one;
        do
        {
            one = stack.Pop();
            open.Remove(one);
            ring.Insert(0, StatementId.Format(one));
        } while (one != node);

        var isRing = ring.Count > 1 || (needs.TryGetValue(node, out var own) && own.Contains(node));
        if (isRing && rings.Count < MostRings)
        {
            rings.Add(ring);
        }
    }
}
