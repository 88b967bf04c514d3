using System.Buffers;
using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.OpenWebUi;

/// <summary>
/// Open WebUI's own database, <c>webui.db</c> (imports.md section 8): the chats of all its users, each under its
/// user's id as account. Newer versions keep each message in <c>chat_message</c> too; those rows count where a
/// chat's JSON has no messages.
/// </summary>
internal sealed class OpenWebUiDatabase : SqliteFormat
{
    private static readonly FieldMap Columns = new(
        "column of Open WebUI's chats",
        mapped: "id user_id title chat created_at updated_at archived pinned folder_id",
        kept: "share_id meta variables tasks summary current_message_id",
        dropped: "last_read_at timer_at"
    );

    /// <summary>Columns of <c>chat_message</c> and the members of a message they are.</summary>
    private static readonly (string Column, string Member)[] MessageColumns =
    [
        ("role", "role"),
        ("parent_id", "parentId"),
        ("content", "content"),
        ("output", "output"),
        ("model_id", "model"),
        ("files", "files"),
        ("sources", "sources"),
        ("embeds", "embeds"),
        ("meta", "meta"),
        ("status_history", "statusHistory"),
        ("error", "error"),
        ("usage", "usage"),
        ("context_summary", "contextSummary"),
        ("created_at", "timestamp"),
    ];

    public override string Name => "openwebui-db";

    public override string Provider => "openwebui";

    protected override bool IsOurs(SqliteProbe schema) =>
        schema.Has("chat", "chat", "user_id") && schema.HasTable("user");

    protected override IEnumerable<ConversationDraft> Read(SqliteSource source, SourceEntry entry, RecordContext record)
    {
        var table = new SqliteTable(source, "chat", record);
        var reader = new Reader(source, record);
        var rowIds = table.RowIds();
        for (var i = 0; i < rowIds.Count; i++)
        {
            record.At(entry.Name, i);
            ConversationDraft? draft = null;
            table.Read(rowIds[i], row => draft = reader.Read(row));
            if (draft is not null)
            {
                yield return draft;
            }

            record.Import.Report.Progress(entry.Name, source.Size / rowIds.Count * (i + 1));
        }
    }

    private sealed class Reader
    {
        private readonly RecordContext record;
        private readonly OpenWebUiChat chats;
        private readonly SqliteTable messages;
        private readonly SqliteTable files;
        private readonly Dictionary<string, string> folders = [];
        private Dictionary<string, List<long>>? messagesByChat;

        public Reader(SqliteSource source, RecordContext record)
        {
            this.record = record;
            messages = new SqliteTable(source, "chat_message", record);
            files = new SqliteTable(source, "file", record);
            chats = new OpenWebUiChat(record, new OpenWebUiFiles(record) { Stored = Stored });
            var folderTable = new SqliteTable(source, "folder", record);
            foreach (var rowId in folderTable.RowIds())
            {
                folderTable.Read(rowId, row => folders[row.Text("id") ?? ""] = row.Text("name") ?? "");
            }
        }

        public ConversationDraft? Read(SqliteRow row)
        {
            record.Id = row.Text("id");
            var draft = new ConversationDraft
            {
                Provider = "openwebui",
                ProviderId = record.Id,
                Account = row.Text("user_id"),
                Title = row.Text("title"),
                CreatedAt = row.Time("created_at"),
                UpdatedAt = row.Time("updated_at"),
                Archived = row.Bool("archived"),
                Pinned = row.Bool("pinned"),
            };
            return record.Fill(draft, d => Fill(row, d));
        }

        private void Fill(SqliteRow row, ConversationDraft draft)
        {
            if (row.Text("folder_id") is { Length: > 0 } folder)
            {
                (draft.ProjectId, draft.ProjectName) = (folder, folders.GetValueOrDefault(folder));
            }

            using var meta = row.Has("meta") ? row.Json("meta") : null;
            using var document = row.Json("chat") ?? throw new FormatException("the chat is empty");
            var chat = new Json(document.RootElement);
            OpenWebUiChat.AddTags(meta is null ? default : new Json(meta.RootElement)["tags"], draft);
            chats.Read(chat, row.Text("current_message_id"), draft);
            if (draft.Messages.Count == 0 && Rows(draft.ProviderId) is { Count: > 0 } rows)
            {
                using var built = Build(draft.ProviderId!, rows);
                chats.Read(new Json(built.RootElement), row.Text("current_message_id"), draft);
            }

            chats.BeginExtras(chat);
            row.AddTo(record, Columns);
            draft.Extras = record.Extras.Finish(draft.Arena);
        }

        private List<long>? Rows(string? chatId)
        {
            messagesByChat ??= messages.GroupBy("chat_id");
            return chatId is null ? null : messagesByChat.GetValueOrDefault(chatId);
        }

        /// <summary>The rows as the <c>chat</c> object they were split from. Ids carry the chat's as prefix.</summary>
        private JsonDocument Build(string chatId, List<long> rows)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteStartObject("history"u8);
                json.WriteStartArray("messages"u8);
                foreach (var rowId in rows)
                {
                    messages.Read(rowId, row => Write(json, row, chatId));
                }

                json.WriteEndArray();
                json.WriteEndObject();
                json.WriteEndObject();
            }

            return JsonSlices.Parse(buffer.WrittenMemory);
        }

        private static void Write(Utf8JsonWriter json, SqliteRow row, string chatId)
        {
            var id = row.Text("id") ?? "";
            json.WriteStartObject();
            json.WriteString(
                "id"u8,
                id.StartsWith(chatId + "-", StringComparison.Ordinal) ? id[(chatId.Length + 1)..] : id
            );
            foreach (var (column, member) in MessageColumns)
            {
                if (row.Has(column))
                {
                    json.WritePropertyName(member);
                    json.WriteRawValue(row.JsonOrText(column));
                }
            }

            if (row.Has("done"))
            {
                json.WriteBoolean("done"u8, row.Bool("done"));
            }

            json.WriteEndObject();
        }

        private OpenWebUiStoredFile? Stored(string id)
        {
            OpenWebUiStoredFile? found = null;
            foreach (var rowId in files.Find("id", id))
            {
                files.Read(
                    rowId,
                    row =>
                    {
                        using var metaJson = row.Json("meta");
                        using var dataJson = row.Json("data");
                        var meta = metaJson is null ? default : new Json(metaJson.RootElement);
                        var data = dataJson is null ? default : new Json(dataJson.RootElement);
                        found = new OpenWebUiStoredFile(
                            row.Text("filename") ?? meta["name"].String(),
                            meta["content_type"].String(),
                            meta["size"].Int64(),
                            data["content"].String()
                        );
                    }
                );
            }

            return found;
        }
    }
}
