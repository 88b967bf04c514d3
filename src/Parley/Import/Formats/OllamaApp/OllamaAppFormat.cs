using Parley.Conversations;

namespace Parley.Import.Formats.OllamaApp;

/// <summary>The database of Ollama's desktop app (imports.md section 8): chats, messages, tool calls, attachments. No branches: an edit truncates.</summary>
internal sealed class OllamaAppFormat : SqliteFormat
{
    private static readonly FieldMap ChatColumns = new(
        "column of Ollama's chats",
        mapped: "id title created_at",
        kept: "draft",
        dropped: "browser_state"
    );

    private static readonly FieldMap MessageColumns = new(
        "column of Ollama's messages",
        mapped: "id chat_id role content thinking model_name created_at stream tool_result",
        kept: "thinking_time_start thinking_time_end tool_name",
        dropped: "updated_at model_cloud model_ollama_host"
    );

    public override string Name => "ollama-app";

    public override string Provider => "ollama";

    protected override bool IsOurs(SqliteProbe schema) =>
        schema.Has("chats", "id", "title") && schema.Has("messages", "chat_id", "role", "content", "model_name");

    protected override IEnumerable<ConversationDraft> Read(SqliteSource source, SourceEntry entry, RecordContext record)
    {
        var chats = new SqliteTable(source, "chats", record);
        var reader = new Messages(source, record);
        var rowIds = chats.RowIds();
        for (var i = 0; i < rowIds.Count; i++)
        {
            record.At(entry.Name, i);
            ConversationDraft? draft = null;
            chats.Read(rowIds[i], row => draft = Read(row, reader, record));
            if (draft is not null)
            {
                yield return draft;
            }

            record.Import.Report.Progress(entry.Name, source.Size / rowIds.Count * (i + 1));
        }
    }

    private ConversationDraft? Read(SqliteRow row, Messages messages, RecordContext record)
    {
        record.Id = row.Text("id");
        var draft = new ConversationDraft
        {
            Provider = Provider,
            ProviderId = record.Id,
            Title = row.Text("title") is { Length: > 0 } title ? title : null,
            CreatedAt = row.Time("created_at"),
            Linear = true,
        };
        return record.Fill(
            draft,
            d =>
            {
                messages.Add(d);
                record.Extras.Begin();
                row.AddTo(record, ChatColumns);
                d.Extras = record.Extras.Finish(d.Arena);
            }
        );
    }

    private sealed class Messages(SqliteSource source, RecordContext record)
    {
        private readonly SqliteTable table = new(source, "messages", record);
        private readonly SqliteTable calls = new(source, "tool_calls", record);
        private readonly SqliteTable attachments = new(source, "attachments", record);
        private Dictionary<string, List<long>>? ofChat;
        private Dictionary<string, List<long>>? callsOf;
        private Dictionary<string, List<long>>? attachmentsOf;

        public void Add(ConversationDraft draft)
        {
            ofChat ??= table.GroupBy("chat_id");
            callsOf ??= calls.GroupBy("message_id");
            attachmentsOf ??= attachments.GroupBy("message_id");
            foreach (var rowId in ofChat.GetValueOrDefault(draft.ProviderId ?? "") ?? [])
            {
                table.Read(rowId, row => Add(row, draft));
            }
        }

        private void Add(SqliteRow row, ConversationDraft draft)
        {
            var id = row.Text("id");
            var raw = row.Text("role");
            var role = Roles.Find(raw);
            if (role is null)
            {
                record.Warn("unknown-role", $"unknown role \"{RecordContext.Short(raw)}\", kept as an answer");
            }

            var message = new MessageDraft
            {
                ProviderId = id,
                Role = role ?? Role.Assistant,
                RawRole = role is null ? raw : null,
                Model = role == Role.Assistant ? row.Text("model_name") : null,
                CreatedAt = row.Time("created_at"),
                Status =
                    row.Bool("stream") && role == Role.Assistant ? MessageStatus.Interrupted : MessageStatus.Complete,
            };
            AddParts(row, id ?? "", message, draft.Arena);
            record.Extras.Begin();
            row.AddTo(record, MessageColumns);
            message.Extras = record.Extras.Finish(draft.Arena);
            draft.Model ??= message.Model;
            draft.UpdatedAt = row.Time("updated_at") ?? message.CreatedAt ?? draft.UpdatedAt;
            draft.Messages.Add(message);
        }

        private void AddParts(SqliteRow row, string id, MessageDraft to, Utf8Arena arena)
        {
            if (row.Utf8("thinking", arena) is { IsEmpty: false } thinking)
            {
                to.Add(new PartDraft(PartKind.Thinking) { Text = thinking });
            }

            var kind = to.Role == Role.Tool ? PartKind.ToolResult : PartKind.Text;
            if (row.Utf8("content", arena) is { IsEmpty: false } content)
            {
                to.Add(
                    new PartDraft(kind)
                    {
                        Text = content,
                        Name = kind == PartKind.ToolResult ? row.Text("tool_name") : null,
                    }
                );
            }

            if (row.Utf8("tool_result", arena) is { IsEmpty: false } result)
            {
                to.Add(
                    new PartDraft(PartKind.ToolResult)
                    {
                        Text = InnerJson.Readable(result, arena),
                        Name = row.Text("tool_name"),
                    }
                );
            }

            foreach (var rowId in callsOf!.GetValueOrDefault(id) ?? [])
            {
                calls.Read(rowId, call => AddCall(call, to, arena));
            }

            foreach (var rowId in attachmentsOf!.GetValueOrDefault(id) ?? [])
            {
                attachments.Read(rowId, file => to.Add(File(file)));
            }
        }

        private static void AddCall(SqliteRow call, MessageDraft to, Utf8Arena arena)
        {
            var (id, name) = (call.Text("id"), call.Text("function_name"));
            to.Add(
                new PartDraft(PartKind.ToolCall)
                {
                    Name = name,
                    CallId = id,
                    Text = InnerJson.Readable(call.Utf8("function_arguments", arena), arena),
                }
            );
            if (call.Utf8("function_result", arena) is { IsEmpty: false } result)
            {
                to.Add(
                    new PartDraft(PartKind.ToolResult)
                    {
                        Name = name,
                        CallId = id,
                        Text = InnerJson.Readable(result, arena),
                    }
                );
            }
        }

        private static PartDraft File(SqliteRow file)
        {
            var name = file.Text("filename");
            var isImage =
                Path.GetExtension(name)?.ToLowerInvariant() is ".png" or ".jpg" or ".jpeg" or ".gif" or ".webp";
            return new PartDraft(isImage ? PartKind.Image : PartKind.File)
            {
                Attachment = new AttachmentDraft
                {
                    ProviderId = file.Text("id"),
                    Name = name,
                    Open = file.Opener("data"),
                },
            };
        }
    }
}
