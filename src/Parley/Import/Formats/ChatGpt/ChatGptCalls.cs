using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>
/// Pairs tool results with their calls. ChatGPT gives calls no id: a result hangs below the message that called, or
/// below a result of the same call.
/// </summary>
internal static class ChatGptCalls
{
    /// <summary>A browsing run makes a chain of this many results at most.</summary>
    private const int LongestChain = 200;

    public static void Pair(ConversationDraft draft)
    {
        Dictionary<string, MessageDraft>? byId = null;
        foreach (var message in draft.Messages)
        {
            if (message.Role == Role.Tool && message.Parts.Exists(p => p.Kind == PartKind.ToolResult))
            {
                byId ??= ById(draft);
                Pair(message, byId);
            }
        }
    }

    private static Dictionary<string, MessageDraft> ById(ConversationDraft draft)
    {
        var byId = new Dictionary<string, MessageDraft>(draft.Messages.Count);
        foreach (var message in draft.Messages)
        {
            byId[message.ProviderId!] = message;
        }

        return byId;
    }

    private static void Pair(MessageDraft result, Dictionary<string, MessageDraft> byId)
    {
        var at = result;
        for (var steps = 0; steps < LongestChain; steps++)
        {
            if (at.Parent is not { } parent || !byId.TryGetValue(parent, out at))
            {
                return;
            }

            if (at.Parts.Exists(p => p.Kind == PartKind.ToolCall))
            {
                for (var i = 0; i < result.Parts.Count; i++)
                {
                    if (result.Parts[i].Kind == PartKind.ToolResult)
                    {
                        result.Parts[i] = result.Parts[i] with { CallId = at.ProviderId };
                    }
                }

                return;
            }

            if (at.Role != Role.Tool)
            {
                return;
            }
        }
    }
}
