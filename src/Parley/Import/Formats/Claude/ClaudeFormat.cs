using Parley.Conversations;

namespace Parley.Import.Formats.Claude;

/// <summary>
/// The export of claude.ai in all its layouts (imports.md 4.1): <c>conversations.json</c> as array or JSON lines, one
/// conversation as the web API gives it, projects in one file or one each, memories, design chats.
/// </summary>
internal sealed class ClaudeFormat : IImportFormat
{
    public string Name => "claude";

    public string Provider => "claude";

    public Claim Recognise(EntryHead head)
    {
        if (head.Json.InRecords("chat_messages") || IsProject(head.Json) || IsMemory(head.Json))
        {
            return Claim.Conversations;
        }

        return head.Json.InRecords("full_name") && head.Json.InRecords("email_address") && head.Json.InRecords("uuid")
            ? Claim.Ignored
            : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var projects = new ClaudeProjects(record);
        var memories = new ClaudeMemories(record, projects);
        var conversations = new ClaudeConversation(record, projects);

        // Projects first: conversations name them by id only.
        foreach (var entry in claimed.OrderBy(e => IsProject(EntryHead.Read(e).Json) ? 0 : 1))
        {
            using var records = RecordReader.Values(entry, record);
            while (records.MoveNext())
            {
                var value = records.Current;
                record.Id = value.Any("uuid", "account_uuid").Scalar();
                if (ClaudeProjects.Is(value))
                {
                    projects.Read(value);
                }
                else if (ClaudeMemories.Is(value))
                {
                    memories.Read(value);
                }
                else if (!value.IsObject)
                {
                    record.Ignore("no-object", "an element that is no object");
                }
                else if (
                    record.Fill(
                        new ConversationDraft { Provider = Provider, ProviderId = record.Id },
                        d => conversations.Fill(d, value)
                    ) is
                    { } draft
                )
                {
                    yield return draft;
                }
            }
        }
    }

    private static bool IsProject(JsonProbe json) =>
        json.InRecords("prompt_template")
        || json.InRecords("is_starter_project")
        || (json.InRecords("docs") && json.InRecords("creator"));

    private static bool IsMemory(JsonProbe json) =>
        json.InRecords("conversations_memory")
        || json.InRecords("project_memories")
        || (json.InRecords("memory_files") && json.InRecords("account_uuid"));
}

/// <summary>
/// Design chats of claude.ai, one file each: another shape than conversations, the same provider. A format of its own
/// because it is asked after all others: <c>messages</c> beside <c>project</c> says little.
/// </summary>
internal sealed class ClaudeDesignFormat : IImportFormat
{
    public string Name => "claude-design";

    public string Provider => "claude";

    public Claim Recognise(EntryHead head) =>
        head.Json.InRecords("messages")
        && head.Json.InRecords("project")
        && head.Json.InRecords("uuid")
        && !head.Json.InRecords("chat_messages")
            ? Claim.Conversations
            : Claim.None;

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var chats = new ClaudeDesignChat(record);
        foreach (var entry in claimed)
        {
            using var records = RecordReader.Values(entry, record);
            while (records.MoveNext())
            {
                var value = records.Current;
                record.Id = value["uuid"].Scalar();
                if (!value["messages"].IsArray)
                {
                    record.Ignore("no-chat", "an element that is no chat");
                }
                else if (
                    record.Fill(
                        new ConversationDraft { Provider = Provider, ProviderId = record.Id },
                        d => chats.Fill(d, value)
                    ) is
                    { } draft
                )
                {
                    yield return draft;
                }
            }
        }
    }
}
