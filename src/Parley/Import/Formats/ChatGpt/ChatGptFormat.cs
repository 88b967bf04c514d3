using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>
/// ChatGPT's data export in all its layouts (imports.md section 3): one array, shards with a manifest, a lone
/// conversation as the backend gives it, <c>chat.html</c>.
/// </summary>
internal sealed class ChatGptFormat : IImportFormat
{
    public string Name => "chatgpt";
    public string Provider => "chatgpt";

    public Claim Recognise(EntryHead head)
    {
        if (head.IsHtml)
        {
            return ChatGptHtml.IsExport(head.Bytes) ? Claim.Conversations : Claim.None;
        }

        if (!head.IsJson)
        {
            return Claim.None;
        }

        return HoldsConversations(head) ? Claim.Conversations : ChatGptCompanions.Recognise(head);
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        ChatGptShards.WarnOfGaps(claimed, context);
        return new ChatGptReader(context, claimed).Read();
    }

    public static bool HoldsConversations(EntryHead head)
    {
        var json = head.Json;
        if (WrapperOf(json) is not null)
        {
            return true;
        }

        if (json.InRecords("mapping"))
        {
            return !IsDeepSeek(json)
                && (
                    json.InRecords("current_node")
                    || json.InRecords("create_time")
                    || json.InRecords("conversation_id")
                    || json.InRecords("id")
                    || json.InRecords("title")
                    || json.InRecords("mapping.*.message")
                    || json.InRecords("mapping.*.children")
                );
        }

        // The mapping may stand behind more than the head: then the file's name and another field of ours must do.
        return IsConversationsFile(head.FileName)
            && (
                json.InRecords("current_node")
                || json.InRecords("conversation_template_id")
                || json.InRecords("moderation_results")
            );
    }

    /// <summary>The member of a root object whose array holds the conversations, as some tools wrap them; null where nothing is wrapped.</summary>
    public static string? WrapperOf(JsonProbe json)
    {
        foreach (var name in (ReadOnlySpan<string>)["conversations", "chats", "items", "data"])
        {
            if (json.Has(name + "[].mapping.*.message"))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary><c>conversations.json</c>, <c>conversations-000.json</c>.</summary>
    public static bool IsConversationsFile(string fileName) =>
        fileName.StartsWith("conversations", StringComparison.OrdinalIgnoreCase)
        && fileName.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        && fileName
            .AsSpan("conversations".Length, fileName.Length - "conversations.json".Length)
            .IndexOfAnyExcept("-_0123456789") < 0;

    private static bool IsDeepSeek(JsonProbe json) =>
        json.InRecords("inserted_at") || json.InRecords("mapping.*.message.fragments");
}
