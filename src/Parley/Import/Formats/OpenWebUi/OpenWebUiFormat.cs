using Parley.Conversations;

namespace Parley.Import.Formats.OpenWebUi;

/// <summary>Open WebUI's JSON (imports.md section 8): an array of chat records, one record, or a lone <c>chat</c> object.</summary>
internal sealed class OpenWebUiFormat : IImportFormat
{
    public string Name => "openwebui";

    public string Provider => "openwebui";

    /// <summary>The first exports had no history, only a list of messages beside the models asked.</summary>
    public Claim Recognise(EntryHead head)
    {
        var json = head.Json;
        var ours =
            json.InRecords("chat.history.messages")
            || (json.Has("history.messages") && (json.Has("history.currentId") || json.Has("models")))
            || (json.InRecords("chat.messages") && (json.InRecords("chat.models") || json.InRecords("user_id")));
        return ours ? Claim.Conversations : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var chats = new OpenWebUiChat(record, new OpenWebUiFiles(record));
        foreach (var entry in claimed)
        {
            using var records = RecordReader.Values(entry, record);
            while (records.MoveNext())
            {
                var value = records.Current;
                if (
                    record.Fill(
                        new ConversationDraft { Provider = Provider },
                        draft => chats.ReadRecord(value, draft)
                    ) is
                    { } read
                )
                {
                    yield return read;
                }
            }
        }
    }
}
