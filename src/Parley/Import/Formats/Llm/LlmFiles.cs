using Parley.Conversations;

namespace Parley.Import.Formats.Llm;

/// <summary>Attachments and fragments (long texts, kept once) of <c>llm</c>, and the tables that say where each was used.</summary>
internal sealed class LlmFiles(SqliteSource source, RecordContext record)
{
    private readonly SqliteTable attachments = new(source, "attachments", record);
    private readonly SqliteTable fragments = new(source, "fragments", record);
    private readonly Dictionary<string, (SqliteTable Table, Dictionary<string, List<long>> ByOwner)> uses = [];

    /// <summary>The attachments of one owner, in their order.</summary>
    public void AddAttachments(string table, string ownerColumn, string owner, MessageDraft to)
    {
        foreach (var id in Used(table, ownerColumn, owner, "attachment_id"))
        {
            to.Add(Attachment(id));
        }
    }

    public void AddFragments(string table, string responseId, MessageDraft to, Utf8Arena arena)
    {
        foreach (var id in Used(table, "response_id", responseId, "fragment_id"))
        {
            var text = Fragment(id, arena, out var from);
            to.Add(
                new PartDraft(PartKind.File)
                {
                    Attachment = new AttachmentDraft
                    {
                        ProviderId = id,
                        Name = from ?? "fragment",
                        ExtractedText = text,
                    },
                }
            );
        }
    }

    /// <summary>The text of a fragment and where it came from; empty where it is lost.</summary>
    public ReadOnlyMemory<byte> Fragment(string id, Utf8Arena arena, out string? from)
    {
        ReadOnlyMemory<byte> text = default;
        string? name = null;
        foreach (var rowId in fragments.Find("id", id))
        {
            fragments.Read(rowId, row => (text, name) = (row.Utf8("content", arena), row.Text("source")));
        }

        from = name;
        return text;
    }

    /// <summary>Bytes are in the database, or only a path or an address is.</summary>
    public PartDraft Attachment(string id)
    {
        var attachment = new AttachmentDraft { ProviderId = id };
        string? url = null;
        foreach (var rowId in attachments.Find("id", id))
        {
            attachments.Read(
                rowId,
                row =>
                {
                    url = row.Text("url");
                    attachment.MediaType = row.Text("type");
                    attachment.Name = Path.GetFileName(row.Text("path")) is { Length: > 0 } name ? name : null;
                    attachment.Open = row.Opener("content");
                }
            );
        }

        var kind = attachment.MediaType?.Split('/')[0] switch
        {
            "image" => PartKind.Image,
            "audio" => PartKind.Audio,
            "video" => PartKind.Video,
            _ => PartKind.File,
        };
        return new PartDraft(kind) { Attachment = attachment, Url = url };
    }

    private List<string> Used(string table, string ownerColumn, string owner, string idColumn)
    {
        if (!uses.TryGetValue(table, out var known))
        {
            var rows = new SqliteTable(source, table, record);
            uses[table] = known = (rows, rows.GroupBy(ownerColumn));
        }

        var ids = new List<(long Order, string Id)>();
        foreach (var rowId in known.ByOwner.GetValueOrDefault(owner) ?? [])
        {
            known.Table.Read(rowId, row => ids.Add((row.Int64("order") ?? 0, row.Text(idColumn) ?? "")));
        }

        return [.. ids.OrderBy(i => i.Order).Select(i => i.Id)];
    }
}
