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
        return draft.Linear ? Chain(draft, messages, keys, odd) : Tree(draft, messages, keys, odd);
    }

    private static List<SettledMessage> Tree(
        ConversationDraft draft,
        List<MessageDraft> messages,
        List<MessageKey> keys,
        Action<TreeOddity, string?>? odd
    )
    {
        var forest = new MessageForest(draft, messages, odd);
        var order = forest.Order();
        var ancestors = forest.Ancestors;
        var positions = new int[messages.Count];
        for (var i = 0; i < order.Count; i++)
        {
            positions[order[i]] = i;
        }

        // From the stated leaf to its root; else from the leaf reached from the latest root by always taking the last
        // child: depth first and with siblings in their order, that is simply the last one.
        var onPath = new bool[messages.Count];
        var leaf = forest.StatedLeaf();
        for (var at = leaf < 0 && order.Count > 0 ? order[^1] : leaf; at >= 0; at = ancestors[at])
        {
            onPath[at] = true;
        }

        var settled = new List<SettledMessage>(order.Count);
        foreach (var i in order)
        {
            settled.Add(
                new SettledMessage(messages[i], keys[i], ancestors[i] < 0 ? -1 : positions[ancestors[i]], onPath[i])
            );
        }

        return settled;
    }

    private static List<SettledMessage> Chain(
        ConversationDraft draft,
        List<MessageDraft> messages,
        List<MessageKey> keys,
        Action<TreeOddity, string?>? odd
    )
    {
        var leaf = messages.Count - 1;
        if (draft.ActiveLeaf is { } stated && messages.Count > 0)
        {
            var found = messages.FindIndex(m => m.ProviderId == stated);
            leaf = found < 0 ? leaf : found;
            if (found < 0)
            {
                odd?.Invoke(TreeOddity.UnknownLeaf, stated);
            }
        }

        var settled = new List<SettledMessage>(messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            settled.Add(new SettledMessage(messages[i], keys[i], i - 1, i <= leaf));
        }

        return settled;
    }

    /// <summary>One message per key: the later copy of a repeated id replaces the earlier in its place.</summary>
    private static (List<MessageDraft> Messages, List<MessageKey> Keys) Distinct(
        ConversationDraft draft,
        Action<TreeOddity, string?>? odd
    )
    {
        var messages = new List<MessageDraft>(draft.Messages.Count);
        var keys = new List<MessageKey>(draft.Messages.Count);
        var seen = new Dictionary<MessageKey, int>(draft.Messages.Count);
        var ordinals = new Dictionary<MessageKey, int>();
        foreach (var message in draft.Messages)
        {
            var key =
                message.Key ?? (message.ProviderId is { } id ? MessageKey.Of(id) : Derived(draft, message, ordinals));
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
    private static MessageKey Derived(
        ConversationDraft draft,
        MessageDraft message,
        Dictionary<MessageKey, int> ordinals
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(
            Encoding.UTF8.GetBytes($"{draft.Provider}\n{draft.ProviderId}\n{message.Role}\n{message.CreatedAt}\n")
        );
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
}
