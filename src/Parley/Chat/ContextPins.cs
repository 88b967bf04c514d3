using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Chat;

/// <summary>
/// The pinned messages of a path, which are sent whatever else fits: their room is taken before the rest is filled, and
/// they stand where they stood. One instance per context that is built.
/// </summary>
/// <param name="budget">Tokens of all that is sent.</param>
internal sealed class ContextPins(string model, TokenCounts tokens, long budget)
{
    private const int MostNamed = 10;

    /// <summary>Newest first.</summary>
    private readonly List<long> order = [];
    private readonly Dictionary<long, (ContextMessage Message, long? Parent)> waiting = [];
    private long cost;

    /// <summary>Gives the tokens they take.</summary>
    /// <param name="spent">What is taken already.</param>
    /// <exception cref="ContextException">They do not fit.</exception>
    public long Read(DbSession session, ContextMessages messages, long conversationId, long? from, long spent)
    {
        foreach (var id in PinnedMessages.List(session, conversationId, from))
        {
            if (messages.Find(id, out var parent) is not { IsEmpty: false } found)
            {
                continue;
            }

            order.Add(id);
            waiting[id] = (found, parent);
            cost += tokens.Estimate(model, found.Message.Text.Span);
            if (spent + cost > budget)
            {
                throw TooLarge("do not fit in the window of", spent + cost);
            }
        }

        return cost;
    }

    /// <summary>Null where that message is not pinned; its room is taken already.</summary>
    public ContextMessage? Take(long id, out long? parent)
    {
        if (!waiting.Remove(id, out var found))
        {
            parent = null;
            return null;
        }

        parent = found.Parent;
        return found.Message;
    }

    /// <summary>What is read first is always sent. Where it would fit alone and does not beside what is pinned, no model is asked.</summary>
    /// <param name="spent">With that message and all that is pinned.</param>
    /// <exception cref="ContextException">It does not fit beside what is pinned.</exception>
    public void RequireRoomBeside(long spent)
    {
        if (spent > budget && spent - cost <= budget)
        {
            throw TooLarge("do not fit beside the question in the window of", spent);
        }
    }

    /// <summary>Those that were not taken, newest first: they stand before all that was.</summary>
    public IEnumerable<ContextMessage> Rest() => order.Where(waiting.ContainsKey).Select(id => waiting[id].Message);

    private ContextException TooLarge(string why, long needed)
    {
        var named = string.Join(", ", order.Take(MostNamed).Select(MessageId.Format));
        var more = order.Count > MostNamed ? $" and {order.Count - MostNamed} more" : "";
        return new ContextException(
            ContextException.PinnedTooLarge,
            $"the pinned messages ({named}{more}) {why} {model}: with them it takes some {needed} tokens, and there is room for {budget}; "
                + "unpin some, or ask a model with a larger window"
        );
    }
}
