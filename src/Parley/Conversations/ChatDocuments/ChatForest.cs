namespace Parley.Conversations.ChatDocuments;

/// <summary>One message of the union of a stored tree and a given document.</summary>
internal sealed class ChatSlot(ChatPlace? place, GivenNode? given)
{
    /// <summary>Null for a new message.</summary>
    public ChatPlace? Place { get; } = place;

    /// <summary>Null for one that the document does not hold.</summary>
    public GivenNode? Given { get; set; } = given;

    /// <summary>Index of the parent; -1 for a root.</summary>
    public int Parent { get; set; } = -1;

    /// <summary>The same as it is stored; -1 for a new message.</summary>
    public int StoredParent { get; set; } = -1;

    /// <summary>The row, once it is known.</summary>
    public long Id { get; set; } = place?.Id ?? 0;

    public long Ord { get; set; } = place?.Ord ?? 0;

    public string? Name => Place?.DocumentId ?? Given?.Id;
}

/// <summary>
/// The union of a stored tree and a given document, mended to a forest: unknown and own parents and circles of the
/// document are cut and reported, what is stored stays a forest. Every step is linear but the cutting of circles, and
/// none is recursive.
/// </summary>
internal sealed class ChatForest
{
    private const int MostWarnings = 100;

    private readonly Dictionary<string, int> byName = new(StringComparer.Ordinal);
    private readonly List<ChatWarning> warnings;

    public ChatForest(ChatTree tree, GivenChat given, List<ChatWarning> warnings)
    {
        this.warnings = warnings;
        AddStored(tree);
        AddGiven(tree, given);
        Link(tree);
        CutCircles();
        Children = LinkChildren();
        Order = Walk();
    }

    public List<ChatSlot> Slots { get; } = [];

    /// <summary>Children of each slot in their order; the roots stand last.</summary>
    public List<int>[] Children { get; }

    /// <summary>Depth first: parents before children, siblings in order.</summary>
    public List<int> Order { get; }

    public int? Find(string? name) => name is not null && byName.TryGetValue(name, out var at) ? at : null;

    public void Warn(string code, string? node, string detail)
    {
        if (warnings.Count < MostWarnings)
        {
            warnings.Add(new ChatWarning(code, node, detail));
        }
    }

    private void AddStored(ChatTree tree)
    {
        var byId = new Dictionary<long, int>(tree.Places.Count);
        foreach (var place in tree.Places)
        {
            byId[place.Id] = Slots.Count;
            byName[place.DocumentId] = Slots.Count;
            Slots.Add(new ChatSlot(place, given: null));
        }

        foreach (var slot in Slots)
        {
            slot.StoredParent = slot.Parent =
                slot.Place!.Parent is { } parent && byId.TryGetValue(parent, out var at) ? at : -1;
        }
    }

    private void AddGiven(ChatTree tree, GivenChat given)
    {
        foreach (var node in given.Nodes)
        {
            if (node.Id is { } id && tree.Find(id) is { } known)
            {
                // A message may be named in two ways: as its source does, and by its id here.
                var at = byName[known.DocumentId];
                Slots[at].Given = node;
                byName.TryAdd(id, at);
                continue;
            }

            if (node.Id is not null)
            {
                byName.Add(node.Id, Slots.Count);
            }

            Slots.Add(new ChatSlot(place: null, node));
        }
    }

    private void Link(ChatTree tree)
    {
        var places = new Dictionary<GivenNode, int>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < Slots.Count; i++)
        {
            if (Slots[i].Given is { } given)
            {
                places[given] = i;
            }
        }

        for (var i = 0; i < Slots.Count; i++)
        {
            if (Slots[i].Given is { } given)
            {
                Link(i, given, given.Follows is { } before ? places.GetValueOrDefault(before, -1) : null, tree);
            }
        }
    }

    private void Link(int at, GivenNode given, int? follows, ChatTree tree)
    {
        var slot = Slots[at];
        if (follows is { } before)
        {
            slot.Parent = slot.Place is null ? before : slot.Parent;
        }
        else if (given.HasParent && given.Parent is null)
        {
            slot.Parent = -1;
        }
        else if (given.HasParent)
        {
            var parent = Find(given.Parent) ?? Find(tree.Find(given.Parent!)?.DocumentId);
            if (parent == at)
            {
                Warn("own-parent", slot.Name, "is its own parent");
            }
            else if (parent is null)
            {
                Warn("unknown-parent", slot.Name, "has a parent that is not there");
            }
            else
            {
                slot.Parent = parent.Value;
            }
        }
    }

    /// <summary>What the document moved within a circle goes back to where it is stored; a circle of new messages is cut at its first.</summary>
    private void CutCircles()
    {
        for (var found = true; found; )
        {
            found = false;
            var walks = new int[Slots.Count];
            for (var i = 0; i < Slots.Count; i++)
            {
                var at = i;
                while (at >= 0 && walks[at] == 0)
                {
                    walks[at] = i + 1;
                    at = Slots[at].Parent;
                }

                if (at >= 0 && walks[at] == i + 1)
                {
                    Cut(at);
                    found = true;
                }
            }
        }
    }

    private void Cut(int at)
    {
        var ring = new List<int>();
        for (var next = at; ring.Count == 0 || next != at; next = Slots[next].Parent)
        {
            ring.Add(next);
        }

        var moved = ring.Where(i => Slots[i].Place is not null && Slots[i].Parent != Slots[i].StoredParent).ToList();
        if (moved.Count == 0)
        {
            moved.Add(ring.Where(i => Slots[i].Place is null).Min());
        }

        foreach (var i in moved)
        {
            Slots[i].Parent = Slots[i].StoredParent;
            Warn("circle", Slots[i].Name, "is below itself: its place there is not taken");
        }
    }

    private List<int>[] LinkChildren()
    {
        var children = new List<int>[Slots.Count + 1];
        for (var i = 0; i < children.Length; i++)
        {
            children[i] = [];
        }

        for (var i = 0; i < Slots.Count; i++)
        {
            children[Slots[i].Parent < 0 ? ^1 : Slots[i].Parent].Add(i);
        }

        for (var i = 0; i < Slots.Count; i++)
        {
            if (Slots[i].Given?.Children is { } stated)
            {
                Sort(i, children[i], stated);
            }
        }

        return children;
    }

    /// <summary>As stated; those that are not come last, as they came.</summary>
    private void Sort(int parent, List<int> siblings, IReadOnlyList<string> stated)
    {
        var ranks = new Dictionary<int, int>(stated.Count);
        foreach (var name in stated)
        {
            if (Find(name) is not { } child || Slots[child].Parent != parent || !ranks.TryAdd(child, ranks.Count))
            {
                Warn("children", Slots[parent].Name, "lists a message that is no child of it: the parents count");
            }
        }

        if (siblings.Exists(s => Slots[s].Given is not null && !ranks.ContainsKey(s)))
        {
            Warn("children", Slots[parent].Name, "does not list all of its children: the parents count");
        }

        siblings.Sort((a, b) => (Rank(a), a).CompareTo((Rank(b), b)));

        int Rank(int slot) => ranks.GetValueOrDefault(slot, int.MaxValue);
    }

    private List<int> Walk()
    {
        var order = new List<int>(Slots.Count);
        var pending = new Stack<int>();
        Push(Children[^1]);
        while (pending.TryPop(out var at))
        {
            order.Add(at);
            Push(Children[at]);
        }

        return order;

        void Push(List<int> list)
        {
            for (var i = list.Count - 1; i >= 0; i--)
            {
                pending.Push(list[i]);
            }
        }
    }
}
