using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.Llm;

/// <summary>
/// Rows of <c>parts</c>: plain text in <c>text</c>, everything else as JSON in <c>payload</c>, where long texts are
/// replaced by fragments (<c>text_ref</c>: a list of <c>{literal}</c> and <c>{fragment: id}</c>) and files by their ids.
/// </summary>
internal sealed class LlmParts(SqliteSource source, RecordContext record)
{
    private readonly SqliteTable table = new(source, "parts", record);
    private readonly LlmFiles files = new(source, record);

    public void Add(string messageHash, MessageDraft to, Utf8Arena arena)
    {
        var rows = new List<(long Position, long RowId)>();
        foreach (var rowId in table.Find("message_hash", messageHash))
        {
            table.Read(rowId, row => rows.Add((row.Int64("position") ?? 0, rowId)));
        }

        foreach (var (_, rowId) in rows.OrderBy(r => r.Position))
        {
            table.Read(rowId, row => Add(row, to, arena));
        }
    }

    private void Add(SqliteRow row, MessageDraft to, Utf8Arena arena)
    {
        try
        {
            using var document = row.Json("payload");
            Add(row, document is null ? default : new Json(document.RootElement), to, arena);
        }
        catch (JsonException e)
        {
            record.Warn("bad-json", $"a part cannot be parsed, kept raw: {e.Message}");
            to.Add(new PartDraft(PartKind.Unknown) { Name = row.Text("type"), Text = row.Utf8("payload", arena) });
        }
    }

    private void Add(SqliteRow row, Json payload, MessageDraft to, Utf8Arena arena)
    {
        switch (row.Text("type"))
        {
            case "text":
                to.AddText(Text(row, payload, arena));
                break;
            case "reasoning":
                to.Add(
                    new PartDraft(PartKind.Thinking)
                    {
                        Text = Text(row, payload, arena),
                        Extras = record.Extras.Begin().Add("redacted"u8, payload["redacted"]).Finish(arena),
                    }
                );
                break;
            case "tool_call":
                to.Add(
                    new PartDraft(PartKind.ToolCall)
                    {
                        Name = payload["name"].String() ?? row.Text("tool_name"),
                        CallId = payload["tool_call_id"].Scalar(),
                        Text = payload["arguments"].TextOrRaw(arena),
                    }
                );
                break;
            case "tool_result":
                AddResult(row, payload, to, arena);
                break;
            case "attachment":
                to.Add(File(payload["attachment"], arena));
                break;
            case var type:
                var unknown = record.Unknown(type, payload, arena);
                to.Add(unknown.Text.IsEmpty ? unknown with { Text = row.Utf8("text", arena) } : unknown);
                break;
        }
    }

    private void AddResult(SqliteRow row, Json payload, MessageDraft to, Utf8Arena arena)
    {
        to.Add(
            new PartDraft(PartKind.ToolResult)
            {
                Name = payload["name"].String() ?? row.Text("tool_name"),
                CallId = payload["tool_call_id"].Scalar(),
                IsError = payload["exception"].Exists,
                Text = InnerJson.Readable(payload["output"].TextOrRaw(arena), arena),
                Extras = record.Extras.Begin().Add("exception"u8, payload["exception"]).Finish(arena),
            }
        );
        foreach (var attachment in payload["attachments"].Items())
        {
            to.Add(File(attachment, arena));
        }
    }

    private PartDraft File(Json reference, Utf8Arena arena)
    {
        if (reference["id"].Scalar() is { } id)
        {
            return files.Attachment(id);
        }

        var type = reference["type"].String();
        return new PartDraft(
            type?.StartsWith("image/", StringComparison.Ordinal) == true ? PartKind.Image : PartKind.File
        )
        {
            Url = reference["url"].String(),
            Attachment = new AttachmentDraft
            {
                MediaType = type,
                Name = Path.GetFileName(reference["path"].String()),
                Open = InlineBytes.Open(reference["content"].Utf8(arena)),
            },
        };
    }

    private ReadOnlyMemory<byte> Text(SqliteRow row, Json payload, Utf8Arena arena)
    {
        if (row.Has("text"))
        {
            return row.Utf8("text", arena);
        }

        if (!payload["text_ref"].IsArray)
        {
            return payload["text"].Utf8(arena);
        }

        var pieces = new List<ReadOnlyMemory<byte>>();
        foreach (var piece in payload["text_ref"].Items())
        {
            pieces.Add(
                piece["fragment"].Scalar() is { } id ? files.Fragment(id, arena, out _) : piece["literal"].Utf8(arena)
            );
        }

        return Utf8Lines.Concat(pieces, arena);
    }
}
