using Parley.Conversations;

namespace Parley.Import.Formats.Mistral;

/// <summary>Le Chat: one file <c>chat-&lt;uuid&gt;.json</c> per conversation, an array of messages; files beside it (imports.md section 8).</summary>
internal sealed class LeChatFormat : IImportFormat
{
    public string Name => "mistral";

    public string Provider => "mistral";

    public Claim Recognise(EntryHead head) =>
        head.Json.InRecords("chatId") && head.Json.InRecords("contentChunks") ? Claim.Conversations : Claim.None;

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var messages = new LeChatMessage(record);
        foreach (var entry in claimed)
        {
            // One chat in a file is the rule; the chat is named by its messages alone.
            var chats = new Dictionary<string, ConversationDraft>();
            using (var records = RecordReader.Values(entry, record))
            {
                while (records.MoveNext())
                {
                    Add(chats, records.Current, messages, record, entry);
                }
            }

            foreach (var draft in chats.Values)
            {
                DraftDefaults.TimesFromMessages(draft);
                draft.Model = draft.Messages.FindLast(m => m.Model is not null)?.Model;
                yield return draft;
            }
        }
    }

    private void Add(
        Dictionary<string, ConversationDraft> chats,
        Json value,
        LeChatMessage messages,
        RecordContext record,
        SourceEntry entry
    )
    {
        if (!value.IsObject)
        {
            record.Ignore("no-object", "an element that is no message");
            return;
        }

        var id = value["chatId"].Scalar() ?? Path.GetFileNameWithoutExtension(entry.FileName);
        if (!chats.TryGetValue(id, out var draft))
        {
            chats[id] = draft = new ConversationDraft
            {
                Provider = Provider,
                ProviderId = id,
                Entry = entry.Name,
            };
        }

        try
        {
            messages.Add(draft, value);
        }
        catch (Exception e) when (RecordContext.IsBadRecord(e))
        {
            record.Fail("bad-record", e.Message);
        }
    }
}
