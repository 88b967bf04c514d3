namespace Parley.Conversations;

/// <summary>
/// The nodes of a draft's tree, with and without message, as indexes: messages first, empty nodes behind them.
/// Every step is linear in the number of nodes and none is recursive: chains run to thousands, and a hostile source
/// may state any links whatever.
/// </summary>
internal sealed class MessageForest
{
    private readonly ConversationDraft draft;
    private readonly List<MessageDraft> messages;
    private readonly Action<TreeOddity, string?>? odd;
    private readonly Dictionary<string, int> byId;
    private readonly int[] parents;

    /// <summary>Where a node stands in file order; an empty node stands where its first message does.</summary>
    private readonly int[] places;

    public MessageForest(ConversationDraft draft, List<MessageDraft> messages, Action<TreeOddity, string?>? odd)
    {
        this.draft = draft;
        this.messages = messages;
        this.odd = odd;
        byId = new Dictionary<string, int>(messages.Count + draft.EmptyNodes.Count);
        parents = new int[messages.Count + draft.EmptyNodes.Count];
        places = new int[parents.Length];
        Link();
        CutCycles();
        Place();
    }

    /// <summary>The nearest message above: -1 for a root.</summary>
    public int[] Ancestors { get; private set; } = [];

    /// <summary>Parents before children: depth first, siblings in the stated order, else in file order.</summary>
    public List<int> Order()
    {
        var children = Children();
        var order = new List<int>(messages.Count);
        Ancestors = new int[parents.Length];
        var pending = new Stack<int>();
        Push(children[^1]);
        while (pending.TryPop(out var at))
        {
            var parent = parents[at];
            Ancestors[at] =
                parent < 0 ? -1
                : parent < messages.Count ? parent
                : Ancestors[parent];
            if (at < messages.Count)
            {
                order.Add(at);
            }

            Push(children[at]);
        }

        return order;

        void Push(List<int>? list)
        {
            for (var i = (list?.Count ?? 0) - 1; i >= 0; i--)
            {
                pending.Push(list![i]);
            }
        }
    }

    /// <summary>The message the source says the conversation stands at, or the nearest above that empty node; -1 where it is unknown.</summary>
    public int StatedLeaf()
    {
        if (draft.ActiveLeaf is not { } id)
        {
            return -1;
        }

        if (!byId.TryGetValue(id, out var node))
        {
            if (messages.Count > 0)
            {
                odd?.Invoke(TreeOddity.UnknownLeaf, id);
            }

            return -1;
        }

        while (node >= messages.Count)
        {
            node = parents[node];
        }

        return node;
    }

    private void Link()
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].ProviderId is { } id)
            {
                byId.TryAdd(id, i);
            }
        }

        var node = messages.Count;
        foreach (var id in draft.EmptyNodes.Keys)
        {
            byId.TryAdd(id, node++);
        }

        for (var i = 0; i < messages.Count; i++)
        {
            parents[i] = Parent(i, messages[i].Parent, messages[i].ProviderId);
        }

        node = messages.Count;
        foreach (var (id, parent) in draft.EmptyNodes)
        {
            parents[node] = Parent(node, parent, id);
            node++;
        }
    }

    private int Parent(int node, string? stated, string? id)
    {
        if (stated is null)
        {
            return -1;
        }

        if (!byId.TryGetValue(stated, out var parent))
        {
            odd?.Invoke(TreeOddity.UnknownParent, id);
            return -1;
        }

        if (parent == node)
        {
            odd?.Invoke(TreeOddity.OwnParent, id);
            return -1;
        }

        return parent;
    }

    /// <summary>Each ring is cut at its first message in file order, which becomes a root.</summary>
    private void CutCycles()
    {
        // Which walk came by a node first; 0 for none.
        var walks = new int[parents.Length];
        for (var i = 0; i < parents.Length; i++)
        {
            var at = i;
            while (at >= 0 && walks[at] == 0)
            {
                walks[at] = i + 1;
                at = parents[at];
            }

            if (at >= 0 && walks[at] == i + 1)
            {
                var cut = at;
                for (var next = parents[at]; next != at; next = parents[next])
                {
                    cut = Math.Min(cut, next);
                }

                odd?.Invoke(TreeOddity.Cycle, cut < messages.Count ? messages[cut].ProviderId : null);
                parents[cut] = -1;
            }
        }
    }

    private void Place()
    {
        Array.Fill(places, int.MaxValue, messages.Count, parents.Length - messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            places[i] = i;
            for (var at = parents[i]; at >= messages.Count && places[at] == int.MaxValue; at = parents[at])
            {
                places[at] = i;
            }
        }
    }

    /// <summary>Children of each node, in order; the roots stand last.</summary>
    private List<int>?[] Children()
    {
        var children = new List<int>?[parents.Length + 1];
        for (var i = 0; i < parents.Length; i++)
        {
            if (places[i] < int.MaxValue)
            {
                (children[parents[i] < 0 ? ^1 : parents[i]] ??= []).Add(i);
            }
        }

        children[^1]?.Sort((a, b) => places[a].CompareTo(places[b]));
        foreach (var (id, stated) in draft.ChildOrder)
        {
            if (byId.TryGetValue(id, out var parent) && children[parent] is { Count: > 1 } siblings)
            {
                Sort(siblings, stated);
            }
        }

        return children;
    }

    private void Sort(List<int> siblings, string[] stated)
    {
        var ranks = new Dictionary<int, int>(stated.Length);
        for (var i = 0; i < stated.Length; i++)
        {
            if (byId.TryGetValue(stated[i], out var child))
            {
                ranks.TryAdd(child, i);
            }
        }

        siblings.Sort((a, b) => (Rank(a), places[a]).CompareTo((Rank(b), places[b])));

        int Rank(int node) => ranks.GetValueOrDefault(node, int.MaxValue);
    }
}
