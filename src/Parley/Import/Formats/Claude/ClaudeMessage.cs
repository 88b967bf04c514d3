using Parley.Conversations;

namespace Parley.Import.Formats.Claude;

/// <summary>One message of claude.ai: role, blocks or text, and the files beside them.</summary>
internal sealed class ClaudeMessage(RecordContext record)
{
    private static readonly FieldMap Map = new(
        "message",
        mapped: "uuid sender text content created_at updated_at attachments files files_v2 sync_sources parent_message_uuid stop_reason",
        kept: "truncated metadata chat_feedback compaction input_mode model",
        dropped: "index nOptions selectedOption account"
    );

    private static readonly FieldMap File = new(
        "file",
        mapped: "file_name name file_size size_bytes file_type file_uuid uuid id extracted_content content title url",
        kept: "file_kind created_at success type config status status_reason path document_asset",
        dropped: "preview_url thumbnail_url preview_asset thumbnail_asset"
    );

    private readonly ClaudeBlocks blocks = new(record);

    public MessageDraft Read(Json value, Utf8Arena arena)
    {
        var message = new MessageDraft { ProviderId = value["uuid"].Scalar(), Role = default };
        record.Id = message.ProviderId ?? record.Id;
        SetRole(message, value["sender"]);
        message.CreatedAt = record.Time(value["created_at"]);
        message.Model = value["model"].String();
        message.Finish = value["stop_reason"].String();
        message.Status = value["truncated"].Bool() ? MessageStatus.Interrupted : MessageStatus.Complete;
        blocks.Add(message, value["content"], arena);
        if (!message.Parts.Exists(p => p.Kind == PartKind.Text))
        {
            AddText(message, value["text"], arena);
        }

        AddFiles(message, value, arena);
        var extras = record.BeginExtras(value, Map);
        if (!value["updated_at"].RawBytes().SequenceEqual(value["created_at"].RawBytes()))
        {
            extras.Add("updated_at"u8, value["updated_at"]);
        }

        message.Extras = extras.Finish(arena);
        return message;
    }

    private void SetRole(MessageDraft message, Json sender)
    {
        if (sender.Is("human"u8) || sender.Is("user"u8))
        {
            message.Role = Role.User;
        }
        else if (sender.Is("assistant"u8))
        {
            message.Role = Role.Assistant;
        }
        else
        {
            message.RawRole = sender.Scalar();
            message.Role = Roles.Find(message.RawRole) ?? Role.Assistant;
            record.Warn(
                "unknown-role",
                $"unknown sender \"{RecordContext.Short(message.RawRole)}\", kept as {Roles.Name(message.Role)}"
            );
        }
    }

    /// <summary>
    /// Only where the blocks hold no text (imports.md 4.2): for each block that old clients could not show, the field
    /// holds a fenced notice, which is no text of the message.
    /// </summary>
    private void AddText(MessageDraft message, Json text, Utf8Arena arena)
    {
        var utf8 = ClaudeNotices.Strip(text.Utf8(arena), arena);
        if (!utf8.IsEmpty)
        {
            blocks.AddText(message, utf8);
        }
    }

    private void AddFiles(MessageDraft message, Json value, Utf8Arena arena)
    {
        var seen = new HashSet<string>();
        foreach (var attachment in value["attachments"].Items())
        {
            message.Add(FilePart(attachment, seen, arena));
        }

        foreach (var list in (ReadOnlySpan<string>)["files", "files_v2", "sync_sources"])
        {
            foreach (var file in value[list].Items())
            {
                // The web API lists a file of the new store in both lists.
                if (list != "files_v2" || file.Any("file_uuid", "uuid").Scalar() is not { } id || !seen.Contains(id))
                {
                    message.Add(FilePart(file, seen, arena));
                }
            }
        }
    }

    private PartDraft FilePart(Json file, HashSet<string> seen, Utf8Arena arena)
    {
        var id = file.IsString ? null : file.Any("file_uuid", "uuid", "id").Scalar();
        if (id is not null)
        {
            seen.Add(id);
        }

        var type = file["file_type"].String();
        var name = file.IsString ? file.String() : file.Any("file_name", "name", "title").String();
        var attachment = new AttachmentDraft
        {
            ProviderId = id,
            Name = string.IsNullOrEmpty(name) ? null : name,
            Size = file.Any("file_size", "size_bytes").Int64(),
            MediaType = type?.Contains('/', StringComparison.Ordinal) == true ? type : null,
            ExtractedText = file.Any("extracted_content", "content").Utf8(arena),
        };
        var extras = record.BeginExtras(file, File);
        if (attachment.MediaType is null)
        {
            extras.Add("file_type"u8, file["file_type"]);
        }

        return new PartDraft(file["file_kind"].Is("image"u8) ? PartKind.Image : PartKind.File)
        {
            Attachment = attachment,
            Url = file["url"].String(),
            Extras = extras.Finish(arena),
        };
    }
}
