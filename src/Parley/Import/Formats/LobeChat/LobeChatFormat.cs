using Parley.Conversations;

namespace Parley.Import.Formats.LobeChat;

/// <summary>
/// LobeChat's exports: the browser's <c>{exportType,state}</c> and the database's <c>{mode,data}</c>. Both are lists of
/// tables; messages of all conversations stand mixed, so the file is one value in memory (they are small: no files).
/// </summary>
internal sealed class LobeChatFormat : IImportFormat
{
    public string Name => "lobechat";

    public string Provider => "lobechat";

    public Claim Recognise(EntryHead head)
    {
        var json = head.Json;
        var browser = json.Has("exportType") && json.Has("state");
        var database =
            json.Has("mode")
            && json.Has("data")
            && (
                json.Has("data.messages")
                || json.Has("data.sessions")
                || json.Has("data.topics")
                || json.Has("schemaHash")
            );
        return browser || database ? Claim.Conversations : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        foreach (var entry in claimed)
        {
            using var records = RecordReader.Values(entry, record);
            while (records.MoveNext())
            {
                var tables = records.Current["state"].IsObject ? records.Current["state"] : records.Current["data"];
                if (!tables["messages"].IsArray)
                {
                    ReportOtherLayout(tables, record);
                    continue;
                }

                var conversations = new LobeChatTables(tables, record);
                foreach (var id in conversations.Ids)
                {
                    record.At(entry.Name, -1, id);
                    if (
                        record.Fill(
                            new ConversationDraft { Provider = Provider, ProviderId = id },
                            conversations.Fill
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

    private static void ReportOtherLayout(Json tables, RecordContext record)
    {
        if (tables["sessions"].IsObject)
        {
            record.Fail(
                "unsupported-layout",
                "a LobeChat export of 2023, with chats inside sessions: export it again from a newer version"
            );
        }
        else
        {
            record.Ignore("no-messages", "an export of settings or agents, without messages");
        }
    }
}
