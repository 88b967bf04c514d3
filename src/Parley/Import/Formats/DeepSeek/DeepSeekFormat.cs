using Parley.Conversations;

namespace Parley.Import.Formats.DeepSeek;

/// <summary>
/// DeepSeek's <c>conversations.json</c>: ChatGPT's tree of nodes, with messages made of fragments (imports.md section 8).
/// It is asked before ChatGPT, whose <c>mapping</c> it shares.
/// </summary>
internal sealed class DeepSeekFormat : IImportFormat
{
    public string Name => "deepseek";

    public string Provider => "deepseek";

    public Claim Recognise(EntryHead head)
    {
        var json = head.Json;
        var fragments = json.Has("[].mapping.*.message.fragments") || json.Has("mapping.*.message.fragments");
        return fragments || (json.InRecords("mapping") && json.InRecords("inserted_at"))
            ? Claim.Conversations
            : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var conversation = new DeepSeekConversation(record);
        foreach (var entry in claimed)
        {
            using var records = RecordReader.Values(entry, record);
            while (records.MoveNext())
            {
                var value = records.Current;
                if (!value.IsObject)
                {
                    record.Ignore("no-object", "an element that is no object");
                    continue;
                }

                record.Id = value["id"].Scalar();
                var draft = new ConversationDraft { Provider = Provider, ProviderId = record.Id };
                if (record.Fill(draft, d => conversation.Fill(d, value)) is { } filled)
                {
                    yield return filled;
                }
            }
        }
    }
}
