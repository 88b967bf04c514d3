using System.Buffers;
using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations.ChatDocuments;

/// <summary>Files, sources, thoughts and calls of a message as members of its node, and files back.</summary>
internal static class ChatParts
{
    private const int MostFiles = 200;
    private const int LongestName = 500;

    public static void AddTo(ChatMembers node, MessageDraft draft)
    {
        if (draft.Parts.Any(p => p.Attachment is not null))
        {
            node.Set(
                "files",
                ChatJson.Array(draft.Parts.Where(p => p.Attachment is not null).Select(p => File(p).ToJson()))
            );
        }

        if (draft.Parts.Any(p => p.Kind == PartKind.Citation))
        {
            node.Set("sources", ChatJson.Array(draft.Parts.Where(p => p.Kind == PartKind.Citation).Select(Source)));
        }

        if (draft.Parts.Any(p => p.Kind is PartKind.Thinking or PartKind.ToolCall or PartKind.ToolResult))
        {
            node.Set("output", Output(draft));
        }
    }

    /// <summary>The parts of a node's files. Null where they are no list of objects: then they stay as they were given.</summary>
    /// <param name="known">Files the message has: one that is given again, under whatever id, is that one.</param>
    public static List<PartDraft>? Files(ReadOnlyMemory<byte> given, IEnumerable<PartDraft> known, Utf8Arena arena)
    {
        using var document = JsonDocument.Parse(given, ChatJson.Reading);
        var root = document.RootElement;
        if (
            root.ValueKind != JsonValueKind.Array
            || root.GetArrayLength() is 0 or > MostFiles
            || root.EnumerateArray().Any(f => f.ValueKind != JsonValueKind.Object)
        )
        {
            return null;
        }

        var left = known.Where(p => p.Attachment is not null).ToList();
        var files = new List<PartDraft>();
        foreach (var item in root.EnumerateArray())
        {
            var members = ChatMembers.Of(item);
            var at = left.FindIndex(p => IsSame(File(p), members));
            files.Add(at >= 0 ? left[at] : Part(item, members, arena));
            if (at >= 0)
            {
                left.RemoveAt(at);
            }
        }

        return files;
    }

    /// <summary>Whether both are the same file: its id here changes when its message is edited, and with it its address.</summary>
    private static bool IsSame(ChatMembers one, ChatMembers other)
    {
        foreach (var name in one.Names.Concat(other.Names))
        {
            if (name is not ("id" or "url") && !ChatJson.Same(one[name], other[name]))
            {
                return false;
            }
        }

        return ChatJson.Same(one["id"], other["id"])
            || (IsOurs(one["id"]) && IsOurs(other["id"]) && one["name"] is not null && one["size"] is not null);
    }

    private static bool IsOurs(ReadOnlyMemory<byte>? id) => Ids.TryParse(ChatJson.TextIn(id), IdKind.File, out _);

    private static PartDraft Part(JsonElement item, ChatMembers said, Utf8Arena arena)
    {
        var name = ChatJson.TextIn(said["name"]);
        if (name is { Length: > LongestName or 0 } || name?.Contains('\0', StringComparison.Ordinal) == true)
        {
            name = null;
        }

        long? size =
            item.TryGetProperty("size", out var stated)
            && stated.ValueKind == JsonValueKind.Number
            && stated.TryGetInt64(out var bytes)
            && bytes >= 0
                ? bytes
                : null;
        if (name is not null)
        {
            said.Remove("name");
        }

        if (size is not null)
        {
            said.Remove("size");
        }

        return new PartDraft(JsonMembers.Text(item, "type") == "image" ? PartKind.Image : PartKind.File)
        {
            Attachment = new AttachmentDraft
            {
                Name = name,
                Size = size,
                StoredId = Ids.TryParse(JsonMembers.Text(item, "id"), IdKind.File, out var id) ? id : null,
            },
            Extras = arena.Add(ChatExtras.With(default, said, always: true).Span),
        };
    }

    private static ChatMembers File(PartDraft part)
    {
        var file = part.Attachment!;
        if (ChatExtras.Of(part) is { } said)
        {
            said.SetText("name", file.Name);
            return file.Size is { } size ? said.Set("size", ChatJson.Number(size)) : said;
        }

        var shown = new ChatMembers().Set("type", ChatJson.Text(part.Kind == PartKind.Image ? "image"u8 : "file"u8));
        var id = file.StoredId is { } stored ? FileId.Format(stored) : null;
        shown.SetText("id", id);
        shown.SetText("name", file.Name);
        shown.SetText("content_type", file.MediaType);
        if (file.Size is { } length)
        {
            shown.Set("size", ChatJson.Number(length));
        }

        shown.SetText("url", file.HadBytes && id is not null ? $"/api/files/{id}/content" : part.Url);
        if (!part.Text.IsEmpty)
        {
            shown.Set("text", ChatJson.Text(part.Text.Span));
        }

        return shown;
    }

    private static ReadOnlyMemory<byte> Source(PartDraft part)
    {
        var about = new ChatMembers();
        about.SetText("name", part.Name ?? part.Url);
        about.SetText("url", part.Url);
        var metadata = new ChatMembers();
        metadata.SetText("source", part.Url ?? part.Name);
        return new ChatMembers()
            .Set("source", about.ToJson())
            .Set("document", ChatJson.Array([ChatJson.Text(part.Text.Span)]))
            .Set("metadata", ChatJson.Array([metadata.ToJson()]))
            .ToJson();
    }

    /// <summary>Everything of an answer in its order, as newer clients read it.</summary>
    private static ReadOnlyMemory<byte> Output(MessageDraft draft)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, JsonOut.Options))
        {
            json.WriteStartArray();
            foreach (var part in draft.Parts)
            {
                Write(json, part);
            }

            json.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, in PartDraft part)
    {
        switch (part.Kind)
        {
            case PartKind.Text or PartKind.Code:
                json.WriteStartObject();
                json.WriteString("type"u8, "message"u8);
                WriteTexts(json, "content"u8, "output_text"u8, part.Text.Span);
                json.WriteEndObject();
                break;
            case PartKind.Thinking:
                json.WriteStartObject();
                json.WriteString("type"u8, "reasoning"u8);
                WriteTexts(json, "content"u8, "output_text"u8, part.Text.Span);
                json.WriteEndObject();
                break;
            case PartKind.ToolCall:
                json.WriteStartObject();
                json.WriteString("type"u8, "function_call"u8);
                json.WriteString("call_id"u8, part.CallId ?? "");
                json.WriteString("name"u8, part.Name ?? "");
                json.WriteString("arguments"u8, part.Text.Span);
                json.WriteEndObject();
                break;
            case PartKind.ToolResult:
                json.WriteStartObject();
                json.WriteString("type"u8, "function_call_output"u8);
                json.WriteString("call_id"u8, part.CallId ?? "");
                WriteTexts(json, "output"u8, "input_text"u8, part.Text.Span);
                json.WriteEndObject();
                break;
        }
    }

    private static void WriteTexts(
        Utf8JsonWriter json,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> type,
        ReadOnlySpan<byte> text
    )
    {
        json.WriteStartArray(name);
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
