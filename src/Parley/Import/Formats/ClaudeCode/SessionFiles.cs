using System.Text;
using System.Text.Unicode;
using Parley.Conversations;
using Parley.Import.Formats.Claude;

namespace Parley.Import.Formats.ClaudeCode;

/// <summary>
/// Files of a session: those a person named in a prompt (lines of type <c>attachment</c>), and results too large for a
/// line, which stand in <c>tool-results/</c> under the call's id or the name their line tells.
/// </summary>
internal sealed class SessionFiles(ImportSource source)
{
    /// <summary>Text of a file in <c>tool-results/</c> that is made searchable; the file itself is kept whole.</summary>
    private const int MostText = 4 << 20;

    private const string Folder = "tool-results/";

    private static readonly HashSet<string> Kinds =
    [
        "file",
        "directory",
        "edited_text_file",
        "edited_image_file",
        "selected_lines_in_ide",
        "mcp_resource",
        "nested_memory",
        "pdf_reference",
        "compact_file_reference",
    ];

    private Dictionary<string, SourceEntry>? results;

    /// <summary>Puts the whole result behind each result of the last message that has one.</summary>
    public void AddResults(SessionDraft to)
    {
        results ??= Results();
        if (results.Count == 0)
        {
            return;
        }

        var message = to.Draft.Messages[^1];
        for (var i = message.Parts.Count - 1; i >= 0; i--)
        {
            var part = message.Parts[i];
            if (part.Kind == PartKind.ToolResult && Find(part) is { } entry)
            {
                message.Parts.Insert(
                    i + 1,
                    new PartDraft(PartKind.File)
                    {
                        CallId = part.CallId,
                        Attachment = Attachment(entry, to.Draft.Arena),
                    }
                );
            }
        }
    }

    /// <summary>False where the attachment is nothing a person attached; the report then says so.</summary>
    public bool AddAttachment(SessionDraft to, Json line, RecordContext record)
    {
        var attachment = line["attachment"];
        var kind = attachment["type"].String() ?? "";
        if (kind == "queued_command" && attachment["prompt"].TextOrRaw(to.Draft.Arena) is { IsEmpty: false } prompt)
        {
            to.AddQueued(prompt, record.Time(line["timestamp"]));
            return true;
        }

        if (Kinds.Contains(kind) && Message(to, line) is { } message)
        {
            Add(message, attachment, to.Draft.Arena);
            return true;
        }

        record.Ignore("no-turn", $"attachments of type {RecordContext.Short(kind)} are no turns");
        return line["uuid"].Exists;
    }

    private static void Add(MessageDraft message, Json attachment, Utf8Arena arena)
    {
        var content = attachment["content"];
        if (ClaudeMedia.Part(content, content["type"].String(), arena) is { } media)
        {
            message.Add(media);
            return;
        }

        var file = content["file"];
        var text =
            file["content"].IsString ? file["content"]
            : content["content"].IsString ? content["content"]
            : content.IsString ? content
            : attachment.Any("snippet", "text");
        var isImage = content["type"].Is("image"u8);
        message.Add(
            new PartDraft(isImage ? PartKind.Image : PartKind.File)
            {
                Attachment = new AttachmentDraft
                {
                    Name =
                        attachment.Any("displayPath", "filename", "path", "uri", "name").String()
                        ?? file["filePath"].String(),
                    MediaType =
                        file["type"].String() is { } type && type.Contains('/', StringComparison.Ordinal) ? type : null,
                    ExtractedText = text.Utf8(arena),
                    Open = file["base64"].IsString ? InlineBytes.Open(file["base64"].Utf8(arena)) : null,
                },
            }
        );
    }

    /// <summary>The message it was attached to: the nearest one before it in the chain of parents.</summary>
    private static MessageDraft? Message(SessionDraft to, Json line)
    {
        var at = line["parentUuid"].Scalar();
        for (var steps = 0; at is not null && steps <= to.Draft.EmptyNodes.Count; steps++)
        {
            if (to.ByUuid.TryGetValue(at, out var message))
            {
                return message;
            }

            at = to.Draft.EmptyNodes.GetValueOrDefault(at);
        }

        return null;
    }

    private Dictionary<string, SourceEntry> Results()
    {
        var found = new Dictionary<string, SourceEntry>(StringComparer.Ordinal);
        foreach (var entry in source.Entries)
        {
            if (
                entry.Name.StartsWith(Folder, StringComparison.Ordinal)
                || entry.Name.Contains("/" + Folder, StringComparison.Ordinal)
            )
            {
                found.TryAdd(entry.FileName, entry);
                found.TryAdd(Path.GetFileNameWithoutExtension(entry.FileName), entry);
            }
        }

        return found;
    }

    private SourceEntry? Find(in PartDraft part)
    {
        var text = part.Text.Span;
        var at = text.IndexOf("tool-results"u8);
        if (at >= 0 && text.Length > at + Folder.Length)
        {
            var name = text[(at + Folder.Length)..];
            var end = name.IndexOfAny(" \t\r\n\"'<>)"u8);
            if (
                results!.TryGetValue(
                    Encoding.UTF8.GetString(end < 0 ? name[..Math.Min(name.Length, 300)] : name[..end]),
                    out var named
                )
            )
            {
                return named;
            }
        }

        return part.CallId is { } id ? results!.GetValueOrDefault(id) : null;
    }

    private static AttachmentDraft Attachment(SourceEntry entry, Utf8Arena arena)
    {
        using var stream = entry.Open();
        var room = new byte[(int)Math.Clamp(entry.Length < 0 ? MostText : entry.Length, 0, MostText)];
        var text = room.AsSpan(0, stream.ReadAtLeast(room, room.Length, throwOnEndOfStream: false));

        // The cut may fall into a character.
        while (!text.IsEmpty && room.Length == MostText && (text[^1] & 0x80) != 0)
        {
            text = text[..^1];
        }

        return new AttachmentDraft
        {
            ProviderId = Folder + entry.FileName,
            Name = entry.FileName,
            Size = entry.Length < 0 ? null : entry.Length,
            ExtractedText = Utf8.IsValid(text) ? arena.Add(text) : default,
            Open = entry.Open,
        };
    }
}
