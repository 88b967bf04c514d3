using System.Security.Cryptography;
using System.Text;

namespace Parley.Conversations;

/// <summary>A message with its place: what <see cref="MessageTree.Settle"/> makes of a draft.</summary>
/// <param name="Parent">Index of the parent in the settled list; -1 for a root.</param>
/// <param name="OnPath">Whether it lies on the active path.</param>
internal readonly record struct SettledMessage(MessageDraft Draft, MessageKey Key, int Parent, bool OnPath);

/// <summary>What was odd about a tree; each becomes a warning.</summary>
internal enum TreeOddity
{
    UnknownParent,
    OwnParent,
    Cycle,
    UnknownLeaf,
    RepeatedId,
}

/// <summary>
/// Settles parents, order and active path of a draft (imports.md 1.2): from parent links, passing through nodes
/// without a message; dangling, own and cyclic parents become roots; parents stand before children, siblings in the
/// stated order, else in file order. Iterative throughout: chains run to thousands.
/// </summary>
internal static class MessageTree
{
    public static List<SettledMessage> Settle(ConversationDraft draft, Action<TreeOddity, string?>? odd = null)
    {
        var (messages, keys) = Distinct(draft, odd);
        var parents = draft.Linear ? Chain(messages.Count) : Link(draft, messages, odd);
        CutCycles(messages, parents, odd);
        var order = Order(draft, messages, parents);
        var path = ActivePath(draft, messages, parents, order, odd);

        var position = new int[messages.Count];
        for (var i = 0; i < order.Count; i++)
        {
            position[order[i]] = i;
        }

        return
        [
            .. order.Select(i => new SettledMessage(
                messages[i],
                keys[i],
                parents[i] < 0 ? -1 : position[parents[i]],
                path.Contains(i)
            )),
        ];
    }

    /// <summary>One message per key: the later copy of a repeated id replaces the earlier in its place.</summary>
    private static (List<MessageDraft> Messages, List<MessageKey> Keys) Distinct(ConversationDraft draft, Action<TreeOddity, string?>? odd)
    {
        var messages = new List<MessageDraft>(draft.Messages.Count);
        var keys = new List<MessageKey>(draft.Messages.Count);
        var seen = new Dictionary<MessageKey, int>(draft.Messages.Count);
        var ordinals = new Dictionary<MessageKey, int>();
        foreach (var message in draft.Messages)
        {
            var key = message.ProviderId is { } id ? MessageKey.Of(id) : Derived(draft, message, ordinals);
            if (seen.TryGetValue(key, out var at))
            {
                odd?.Invoke(TreeOddity.RepeatedId, message.ProviderId);
                messages[at] = message;
                continue;
            }

            seen.Add(key, messages.Count);
            messages.Add(message);
            keys.Add(key);
        }

        return (messages, keys);
    }

    /// <summary>hash(conversation, role, time, text, ordinal among equal tuples): imports.md 1.3.</summary>
    private static MessageKey Derived(ConversationDraft draft, MessageDraft message, Dictionary<MessageKey, int> ordinals)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{draft.Provider}\n{draft.ProviderId}\n{message.Role}\n{message.CreatedAt}\n"));
        foreach (var part in message.Parts)
        {
            hash.AppendData([(byte)part.Kind]);
            hash.AppendData(part.Text.Span);
            hash.AppendData(Encoding.UTF8.GetBytes(part.CallId + "\n" + part.Attachment?.Name));
        }

        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        var plain = MessageKey.Derived(digest[..16]);
        var ordinal = ordinals.GetValueOrDefault(plain);
        ordinals[plain] = ordinal + 1;
        if (ordinal == 0)
        {
            return plain;
        }

        hash.AppendData(digest);
        hash.AppendData(BitConverter.GetBytes(ordinal));
        hash.GetHashAndReset(digest);
        return MessageKey.Derived(digest[..16]);
    }

    private static int[] Chain(int count)
    {
        var parents = new int[count];
        for (var i = 0; i < count; i++)
        {
            parents[i] = i - 1;
        }

        return parents;
    }

    private static int[] Link(ConversationDraft draft, List<MessageDraft> messages, Action<TreeOddity, string?>? odd)
    {
        var byId = new Dictionary<string, int>(messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].ProviderId is { } id)
            {
                byId.TryAdd(id, i);
            }
        }

        var parents = new int[messages.Count];
        for (var i = 0; i < messages.Count; i++)
        {
            parents[i] = Ancestor(draft, byId, messages[i], odd);
            if (parents[i] == i)
            {
                odd?.Invoke(TreeOddity.OwnParent, messages[i].ProviderId);
                parents[i] = -1;
            }
        }

        return parents;
    }

    /// <summary>The nearest ancestor with a message, through empty nodes; as many steps as there are empty nodes, so a ring of them ends too.</summary>
    private static int Ancestor(ConversationDraft draft, Dictionary<string, int> byId, MessageDraft message, Action<TreeOddity, string?>? odd)
    {
        var at = message.Parent;
        for (var steps = 0; at is not null && steps <= draft.EmptyNodes.Count; steps++)
        {
            if (byId.TryGetValue(at, out var found))
            {
                return found;
            }

            if (!draft.EmptyNodes.TryGetValue(at, out var next))
            {
                odd?.Invoke(TreeOddity.UnknownParent, message.ProviderId);
                return -1;
            }

            at = next;
        }

        if (at is not null)
        {
            odd?.Invoke(TreeOddity.Cycle, message.ProviderId);
        }

        return -1;
    }

    /// <summary>Each ring is cut at its first message in file order, which becomes a root.</summary>
    private static void CutCycles(List<MessageDraft> messages, int[] parents, Action<TreeOddity, string?>? odd)
    {
        var settled = new bool[parents.Length];
        var trail = new List<int>();
        var onTrail = new HashSet<int>();
        for (var i = 0; i < parents.Length; i++)
        {
            trail.Clear();
            onTrail.Clear();
            var at = i;
            while (at >= 0 && !settled[at] && onTrail.Add(at))
            {
                trail.Add(at);
                at = parents[at];
            }

            if (at >= 0 && !settled[at])
            {
                var ring = trail[trail.IndexOf(at)..];
                var cut = ring.Min();
                odd?.Invoke(TreeOddity.Cycle, messages[cut].ProviderId);
                parents[cut] = -1;
            }

            foreach (var done in trail)
            {
                settled[done] = true;
            }
        }
    }

    /// <summary>Parents before children: depth first, siblings in the stated order, else in file order.</summary>
    private static List<int> Order(ConversationDraft draft, List<MessageDraft> messages, int[] parents)
    {
        var children = Children(parents);
        SortSiblings(draft, messages, children);
        var order = new List<int>(parents.Length);
        var pending = new Stack<int>();
        Push(children[^1]);
        while (pending.TryPop(out var at))
        {
            order.Add(at);
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

    /// <summary>Children of each message; the roots stand last.</summary>
    private static List<int>?[] Children(int[] parents)
    {
        var children = new List<int>?[parents.Length + 1];
        for (var i = 0; i < parents.Length; i++)
        {
            (children[parents[i] < 0 ? ^1 : parents[i]] ??= []).Add(i);
        }

        return children;
    }

    private static void SortSiblings(ConversationDraft draft, List<MessageDraft> messages, List<int>?[] children)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (children[i] is { Count: > 1 } siblings && messages[i].ProviderId is { } id && draft.ChildOrder.TryGetValue(id, out var stated))
            {
                var rank = new Dictionary<string, int>();
                for (var k = 0; k < stated.Length; k++)
                {
                    rank.TryAdd(stated[k], k);
                }

                children[i] = [.. siblings.OrderBy(s => messages[s].ProviderId is { } sid ? rank.GetValueOrDefault(sid, int.MaxValue) : int.MaxValue)];
            }
        }
    }

    /// <summary>From the stated leaf to its root; otherwise the leaf reached from the latest root by always taking the last child.</summary>
    private static HashSet<int> ActivePath(
        ConversationDraft draft,
        List<MessageDraft> messages,
        int[] parents,
        List<int> order,
        Action<TreeOddity, string?>? odd
    )
    {
        var leaf = StatedLeaf(draft, messages, odd);
        if (leaf < 0)
        {
            // In depth-first order with siblings in place, that leaf is simply the last one.
            leaf = order.Count == 0 ? -1 : order[^1];
        }

        var path = new HashSet<int>();
        while (leaf >= 0)
        {
            path.Add(leaf);
            leaf = parents[leaf];
        }

        return path;
    }

    private static int StatedLeaf(ConversationDraft draft, List<MessageDraft> messages, Action<TreeOddity, string?>? odd)
    {
        var at = draft.ActiveLeaf;
        for (var steps = 0; at is not null && steps <= draft.EmptyNodes.Count; steps++)
        {
            var found = messages.FindIndex(m => m.ProviderId == at);
            if (found >= 0)
            {
                return found;
            }

            if (!draft.EmptyNodes.TryGetValue(at, out at))
            {
                break;
            }
        }

        if (draft.ActiveLeaf is not null)
        {
            odd?.Invoke(TreeOddity.UnknownLeaf, draft.ActiveLeaf);
        }

        return -1;
    }
}
