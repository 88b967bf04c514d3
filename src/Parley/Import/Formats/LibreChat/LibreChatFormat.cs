using Parley.Conversations;

namespace Parley.Import.Formats.LibreChat;

/// <summary>
/// LibreChat's JSON export: one conversation, its messages flat or nested in <c>children</c>, which runs as deep as the
/// conversation is long (imports.md 1.1, rule 11).
/// </summary>
internal sealed class LibreChatFormat : IImportFormat
{
    private static readonly FieldMap Conversation = new(
        "conversation",
        mapped: "conversationId title messages createdAt updatedAt model isArchived tags",
        kept: "endpoint options branches recursive",
        dropped: "exportAt user _id __v"
    );

    public string Name => "librechat";

    public string Provider => "librechat";

    public Claim Recognise(EntryHead head)
    {
        var json = head.Json;
        return
            json.InRecords("conversationId")
            && json.InRecords("messages")
            && (json.InRecords("endpoint") || json.InRecords("messages[].messageId"))
            ? Claim.Conversations
            : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var messages = new LibreChatMessage(record);
        foreach (var entry in claimed)
        {
            using var records = RecordReader.Values(entry, record);
            while (records.MoveNext())
            {
                var value = records.Current;
                record.Id = value["conversationId"].Scalar();
                var draft = new ConversationDraft { Provider = Provider, ProviderId = record.Id };
                if (record.Fill(draft, d => Fill(d, value, messages, record)) is { } filled)
                {
                    yield return filled;
                }
            }
        }
    }

    private static void Fill(ConversationDraft draft, Json value, LibreChatMessage messages, RecordContext record)
    {
        draft.Title = value["title"].String() is { Length: > 0 } title ? title : null;
        draft.Model = value["model"].String() ?? value["options"]["model"].String();
        draft.Archived = value["isArchived"].Bool();
        draft.CreatedAt = record.Time(value["createdAt"]);
        draft.UpdatedAt = record.Time(value["updatedAt"]);
        draft.Tags.AddRange(value["tags"].Items().Select(t => t.String()).OfType<string>());
        AddMessages(draft, value["messages"], messages);
        draft.Linear = draft.Messages.TrueForAll(m => m.Parent is null);
        record.Id = draft.ProviderId;
        draft.ProviderId ??= draft.Messages.Find(m => m.ProviderId is not null)?.ProviderId is { } first
            ? "of:" + first
            : null;
        DraftDefaults.TimesFromMessages(draft);
        draft.Extras = record.Rest(value, Conversation, draft.Arena);
    }

    /// <summary>Depth first, parents before children, without recursion: the depth is the file's to choose.</summary>
    private static void AddMessages(ConversationDraft draft, Json roots, LibreChatMessage messages)
    {
        var pending = new Stack<(Json Value, string? Parent)>();
        Push(roots, null);
        while (pending.TryPop(out var next))
        {
            var message = messages.Read(next.Value, next.Parent, draft.Arena);
            draft.Messages.Add(message);
            Push(next.Value["children"], message.ProviderId);
        }

        void Push(Json list, string? parent)
        {
            var at = pending.Count;
            foreach (var item in list.Items())
            {
                if (item.IsObject)
                {
                    pending.Push((item, parent));
                }
            }

            Reverse(pending, pending.Count - at);
        }
    }

    /// <summary>So that the first of a list is taken first.</summary>
    private static void Reverse(Stack<(Json Value, string? Parent)> stack, int count)
    {
        if (count < 2)
        {
            return;
        }

        var top = new Queue<(Json, string?)>(count);
        for (var i = 0; i < count; i++)
        {
            top.Enqueue(stack.Pop());
        }

        while (top.TryDequeue(out var item))
        {
            stack.Push(item);
        }
    }
}
