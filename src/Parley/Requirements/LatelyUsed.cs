namespace Parley.Requirements;

/// <summary>
/// What was worked out of documents, kept while they are worked on: beyond a weight the least lately used goes, and all of it
/// after a while in which nothing was asked for. Thread-safe.
/// </summary>
/// <param name="most">Weight of all that is kept; what is heavier alone is not kept.</param>
internal abstract class LatelyUsed<TValue>(int most, TimeProvider time) : IDisposable
    where TValue : class
{
    /// <summary>Nobody who works on a document pauses longer between two edits, mostly.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly Dictionary<long, LinkedListNode<(long Id, TValue Value, int Weight)>> known = [];
    private readonly LinkedList<(long Id, TValue Value, int Weight)> order = new();
    private ITimer? end;
    private int weight;

    public TValue? Find(long document)
    {
        lock (gate)
        {
            if (!known.TryGetValue(document, out var node))
            {
                return null;
            }

            order.Remove(node);
            order.AddFirst(node);
            end?.Change(KeptFor, Timeout.InfiniteTimeSpan);
            return node.Value.Value;
        }
    }

    public void Keep(long document, TValue value, int weighs)
    {
        lock (gate)
        {
            if (known.TryGetValue(document, out var former))
            {
                Drop(former);
            }

            if (weighs > most)
            {
                return;
            }

            while (weight + weighs > most)
            {
                Drop(order.Last!);
            }

            known[document] = order.AddFirst((document, value, weighs));
            weight += weighs;
            end ??= time.CreateTimer(_ => Clear(), null, KeptFor, Timeout.InfiniteTimeSpan);
            end.Change(KeptFor, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => Clear();

    private void Drop(LinkedListNode<(long Id, TValue Value, int Weight)> node)
    {
        order.Remove(node);
        known.Remove(node.Value.Id);
        weight -= node.Value.Weight;
    }

    private void Clear()
    {
        lock (gate)
        {
            known.Clear();
            order.Clear();
            weight = 0;
            end?.Dispose();
            end = null;
        }
    }
}

/// <summary>What was worked out of a document's statements.</summary>
/// <param name="Signs">By their text, but for rows of tables: their heads say more.</param>
internal sealed record KnownStatements(
    IReadOnlyDictionary<long, LinkNode> Nodes,
    IReadOnlyDictionary<string, StatementSigns> Signs
)
{
    public static KnownStatements Of(NextText text)
    {
        var nodes = new Dictionary<long, LinkNode>(text.Nodes.Count);
        foreach (var node in text.Nodes)
        {
            nodes[node.Id] = node;
        }

        var signs = new Dictionary<string, StatementSigns>(StringComparer.Ordinal);
        foreach (var one in text.Text.Statements)
        {
            if (one.Place.TableHead is null)
            {
                signs[one.Match.Text] = one.Signs;
            }
        }

        return new KnownStatements(nodes, signs);
    }
}

/// <summary>Statements of documents that are worked on. Two kilobytes each.</summary>
internal sealed class KeptStatements(TimeProvider time) : LatelyUsed<KnownStatements>(10_000, time);

/// <summary>Words of documents' statements, of a version. Two hundred bytes a statement.</summary>
internal sealed class KeptWords(TimeProvider time) : LatelyUsed<DocumentWords>(2 * ContextPacker.MostStatements, time);
