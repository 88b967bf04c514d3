using Parley.Conversations;

namespace Parley.Import.Formats.ParleyExport;

/// <summary>One message of a document or a line.</summary>
internal sealed class ParleyMessage(RecordContext record, ParleyFiles files)
{
    private const int LongestKey = 201;

    /// <param name="origin">Where the source's own fields stand: the message itself, or its line.</param>
    public MessageDraft Of(ConversationDraft draft, Json value, Json origin)
    {
        var id = value["id"].Scalar();
        record.Id = id;
        var role = value["role"].String();
        var message = new MessageDraft
        {
            ProviderId = id,
            Parent = value["parent_id"].Scalar(),
            Key = Key(origin["source_key"].String()) ?? (id is null ? null : MessageKey.Own(id)),
            Role = Roles.Find(role) ?? Role.User,
            RawRole = value["raw_role"].String() ?? (Roles.Find(role) is null ? role : null),
            Model = value["model"].String(),
            CreatedAt = value["created_at"].Time(),
            Hidden = value["hidden"].Bool(),
            Status = Settled(Statuses.Find(value["status"].String())),
            Finish = value["finish"].String(),
            Extras = ParleyConversation.Object(origin["source_extras"], draft.Arena),
            Own = new OwnMarks(
                value["favourite"].Bool(),
                value["pinned"].Bool(),
                Reactions(value["reactions"], draft.Arena),
                value["extra_data"].Raw(draft.Arena)
            ),
        };
        AddParts(message, value, draft.Arena);
        return message;
    }

    private void AddParts(MessageDraft message, Json value, Utf8Arena arena)
    {
        if (!value["parts"].IsArray)
        {
            message.AddText(value["content"].Utf8(arena));
            return;
        }

        PartsCodec.Read(value["parts"].Raw(arena), message, arena);
        foreach (var part in message.Parts)
        {
            if (part.Attachment is { } file)
            {
                file.Open = files.Find(file);
            }
        }
    }

    /// <summary>Nothing writes on it here.</summary>
    private static MessageStatus Settled(MessageStatus? status) =>
        status is MessageStatus.Pending or MessageStatus.Streaming
            ? MessageStatus.Interrupted
            : status ?? MessageStatus.Complete;

    private static ReadOnlyMemory<byte> Reactions(Json value, Utf8Arena arena) =>
        value.Count > 0 && value.Items().All(r => r.IsString) ? value.Raw(arena) : default;

    private static MessageKey? Key(string? hex) =>
        hex is { Length: >= 4 and <= 2 * LongestKey } && hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit)
            ? MessageKey.FromBytes(Convert.FromHexString(hex))
            : null;
}

/// <summary>Attachments' bytes in the zip: <c>files/&lt;id of the attachment&gt;</c>.</summary>
internal sealed class ParleyFiles(ImportSource source)
{
    public Func<Stream>? Find(AttachmentDraft file) =>
        file.StoredId is { } id
        && source.Find(Kernel.Ids.Format(id, Kernel.IdKind.File)) is { } entry
        && entry.Name.EndsWith(ExportZip.FilesFolder + entry.FileName, StringComparison.Ordinal)
            ? entry.Open
            : null;
}
