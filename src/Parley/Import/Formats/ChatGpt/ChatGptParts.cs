using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>The <c>parts</c> of a content: strings, and objects with a type of their own (imports.md 3.4); attachments beside them.</summary>
internal sealed class ChatGptParts(IImportReport report, ChatGptAssets assets)
{
    private readonly ExtrasWriter extras = new(report);
    private readonly ChatGptMarks marks = new();
    private readonly NameCache names = new();

    /// <summary>Strings next to each other are one text, joined by newlines.</summary>
    public void AddAll(in ChatGptScope scope, Json content)
    {
        if (content.IsString)
        {
            AddText(scope, content.Utf8(scope.Arena));
            return;
        }

        var list = content.IsArray ? content : content["parts"u8];
        var text = new ChatGptText(scope.Arena);
        foreach (var part in list.Items())
        {
            if (part.IsString || part.IsNumber)
            {
                text.Add(part, "\n"u8);
            }
            else if (part.Exists)
            {
                AddText(scope, text.Finish());
                text = new ChatGptText(scope.Arena);
                Add(scope, part);
            }
        }

        text.Add(list.Count == 0 ? content["text"u8] : default);
        AddText(scope, text.Finish());
        marks.Finish(scope);
    }

    public void AddCall(in ChatGptScope scope, ReadOnlyMemory<byte> input, ReadOnlyMemory<byte> more = default)
    {
        scope.Message.Add(
            new PartDraft(PartKind.ToolCall)
            {
                Name = scope.Recipient,
                CallId = scope.Message.ProviderId,
                Text = input,
                Extras = more,
            }
        );
        if (scope.Recipient!.StartsWith("canmore.", StringComparison.Ordinal))
        {
            ChatGptCanvas.Add(scope, input);
        }
    }

    /// <summary>One object among the parts; nothing where there is none.</summary>
    public void Add(in ChatGptScope scope, Json part)
    {
        if (!part.Exists)
        {
            return;
        }

        switch (names.Get(part["content_type"u8]))
        {
            case "image_asset_pointer":
                AddImage(scope, part["asset_pointer"u8].String() ?? "", part);
                break;
            case "audio_asset_pointer":
                AddAsset(
                    scope,
                    PartKind.Audio,
                    part,
                    part["format"u8].String() is { Length: > 0 } format ? "audio/" + format : null
                );
                break;
            case "video_container_asset_pointer":
                AddAsset(scope, PartKind.Video, part, null);
                break;
            case "real_time_user_audio_video_asset_pointer":
                AddRealTime(scope, part);
                break;
            case "audio_transcription":
                extras.Begin().Add("spoken"u8, part["direction"u8]);
                scope.Message.Add(
                    new PartDraft(PartKind.Text)
                    {
                        Text = part["text"u8].Utf8(scope.Arena),
                        Extras = extras.Finish(scope.Arena),
                    }
                );
                break;
            case null or "text" when part["text"u8].IsString:
                AddText(scope, part["text"u8].Utf8(scope.Arena));
                break;
            default:
                AddUnknown(scope, part);
                break;
        }
    }

    public void AddImage(in ChatGptScope scope, string pointer, Json source) =>
        AddAsset(scope, PartKind.Image, source, null, pointer, source["metadata"u8]["dalle"u8]["prompt"u8]);

    /// <summary>Files of the message that no part points to.</summary>
    public void AddAttachments(in ChatGptScope scope)
    {
        foreach (var file in scope.Metadata["attachments"u8].Items())
        {
            var id = file["id"u8].Scalar();
            var (name, type, size) = (
                file["name"u8].String(),
                file.Any("mime_type", "mimeType").String(),
                file["size"u8].Int64()
            );
            if (
                scope
                    .Message.Parts.Find(p => id is not null && p.Attachment?.ProviderId == ChatGptAssets.IdOf(id))
                    .Attachment is
                { } pointed
            )
            {
                pointed.Name = string.IsNullOrEmpty(name) ? pointed.Name : name;
                pointed.MediaType = type ?? pointed.MediaType;
                pointed.Size ??= size;
                continue;
            }

            scope.Message.Add(
                new PartDraft(KindOf(type))
                {
                    Attachment = assets.Attachment(ChatGptAssets.IdOf(id ?? ""), name, type, size),
                    Extras = Rest(scope, file, ChatGptFields.Attachment),
                }
            );
        }
    }

    private void AddText(in ChatGptScope scope, ReadOnlyMemory<byte> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        if (scope.Recipient is not null)
        {
            AddCall(scope, text);
            return;
        }

        var (plain, rest) = scope.Message.Role is Role.Assistant or Role.Tool
            ? marks.Strip(scope, text)
            : (text, default);
        scope.Message.Add(
            scope.Message.Role == Role.Tool
                ? new PartDraft(PartKind.ToolResult)
                {
                    Name = scope.Tool,
                    Text = plain,
                    Extras = rest,
                }
                : new PartDraft(PartKind.Text) { Text = plain, Extras = rest }
        );
    }

    /// <summary>A spoken turn with its recording, and frames of the camera.</summary>
    private void AddRealTime(in ChatGptScope scope, Json part)
    {
        Add(scope, part["audio_asset_pointer"u8]);
        foreach (var frame in part["frames_asset_pointers"u8].Items())
        {
            AddPointer(scope, frame, PartKind.Image);
        }

        AddPointer(scope, part["video_container_asset_pointer"u8], PartKind.Video);
    }

    private void AddPointer(in ChatGptScope scope, Json pointer, PartKind kind)
    {
        if (pointer.IsString)
        {
            AddAsset(scope, kind, default, null, pointer.String());
        }
        else if (pointer["content_type"u8].Exists)
        {
            Add(scope, pointer);
        }
        else if (pointer.Exists)
        {
            AddAsset(scope, kind, pointer, null);
        }
    }

    private void AddAsset(
        in ChatGptScope scope,
        PartKind kind,
        Json source,
        string? mediaType,
        string? pointer = null,
        Json caption = default
    )
    {
        var id = ChatGptAssets.IdOf(pointer ?? source["asset_pointer"u8].String() ?? "");
        if (id.Length > 0 && scope.Message.Parts.Exists(p => p.Attachment?.ProviderId == id))
        {
            return;
        }

        scope.Message.Add(
            new PartDraft(kind)
            {
                Text = caption.Utf8(scope.Arena),
                Attachment = assets.Attachment(id, null, mediaType, source["size_bytes"u8].Int64()),
                Extras = source.IsObject ? Rest(scope, source, ChatGptFields.Pointer) : default,
            }
        );
    }

    private void AddUnknown(in ChatGptScope scope, Json part)
    {
        var type =
            part["content_type"u8].Scalar()
            ?? part.Any("type", "kind").Scalar()
            ?? part.Kind.ToString().ToLowerInvariant();
        report.Warn(
            "unknown-content-type",
            $"a part of unknown type \"{type}\", kept as it is",
            scope.Conversation.Entry,
            scope.Conversation.Index,
            scope.Message.ProviderId
        );
        foreach (var text in (ReadOnlySpan<Json>)[part["text"u8], part["content"u8]])
        {
            AddText(scope, text.Utf8(scope.Arena));
        }

        scope.Message.Add(new PartDraft(PartKind.Unknown) { Name = type, Text = part.Readable(scope.Arena) });
    }

    private ReadOnlyMemory<byte> Rest(in ChatGptScope scope, Json source, FieldMap map) =>
        extras.Rest(
            source,
            map,
            scope.Arena,
            scope.Conversation.Entry,
            scope.Conversation.Index,
            scope.Message.ProviderId
        );

    private static PartKind KindOf(string? mediaType) =>
        mediaType is null ? PartKind.File
        : mediaType.StartsWith("image/", StringComparison.Ordinal) ? PartKind.Image
        : mediaType.StartsWith("audio/", StringComparison.Ordinal) ? PartKind.Audio
        : mediaType.StartsWith("video/", StringComparison.Ordinal) ? PartKind.Video
        : PartKind.File;
}
