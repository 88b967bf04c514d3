using System.Buffers;
using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.Zed;

/// <summary>Zed's agent threads, <c>threads.db</c> (imports.md 7.1): one row a thread, its document as JSON, mostly under zstd.</summary>
internal sealed class ZedThreadsFormat : SqliteFormat
{
    private const string Table = "threads";

    private static readonly FieldMap Columns = new(
        "column of Zed's threads",
        mapped: "id summary updated_at data_type data parent_id created_at",
        kept: "folder_paths folder_paths_order"
    );

    public override string Name => "zed-threads";

    public override string Provider => "zed";

    protected override bool IsOurs(SqliteProbe schema) => schema.Has(Table, "summary", "data_type", "data");

    protected override IEnumerable<ConversationDraft> Read(SqliteSource source, SourceEntry entry, RecordContext record)
    {
        var table = new SqliteTable(source, Table, record);
        var document = new ZedDocument(record);
        var rowIds = table.RowIds();
        for (var i = 0; i < rowIds.Count; i++)
        {
            record.At(entry.Name, i);
            ConversationDraft? draft = null;
            table.Read(rowIds[i], row => draft = Read(row, document, record));
            if (draft is not null)
            {
                yield return draft;
            }

            record.Import.Report.Progress(entry.Name, source.Size / rowIds.Count * (i + 1));
        }
    }

    private ConversationDraft? Read(SqliteRow row, ZedDocument document, RecordContext record)
    {
        record.Id = row.Text("id");
        return record.Fill(
            new ConversationDraft { Provider = Provider, ProviderId = record.Id },
            draft =>
            {
                draft.Title = row.Text("summary") is { Length: > 0 } title ? title : null;
                draft.UpdatedAt = row.Time("updated_at");
                draft.CreatedAt = row.Time("created_at");
                draft.ParentConversationId = row.Text("parent_id");
                ZedDocument.SetProject(draft, FirstFolder(row.Text("folder_paths"), row.Text("folder_paths_order")));
                using var json = Document(row, record);
                document.Read(new Json(json.RootElement), draft);
                row.AddTo(record, Columns);
                draft.Extras = record.Extras.Finish(draft.Arena);
                if (draft.ProviderId is null)
                {
                    throw new FormatException("the thread has no id");
                }
            }
        );
    }

    private static JsonDocument Document(SqliteRow row, RecordContext record)
    {
        var head = row.Bytes("data") is { Length: > 0 } data
            ? data[..Math.Min(data.Length, 4)]
            : throw new InvalidDataException("the thread's data is empty");
        var isZstd = row.Text("data_type") switch
        {
            "zstd" => true,
            "json" => false,
            var type => Guess(type, head, record),
        };
        return isZstd ? Inflate(row) : JsonSlices.Parse(row.Bytes("data").ToArray());
    }

    private static bool Guess(string? type, ReadOnlySpan<byte> head, RecordContext record)
    {
        record.Warn("unknown-data-type", $"unknown data type \"{RecordContext.Short(type)}\": read by its first bytes");
        return ZstdStream.IsZstd(head);
    }

    private static JsonDocument Inflate(SqliteRow row)
    {
        using var zstd = new ZstdStream(row.Open("data"));
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        int read;
        while ((read = zstd.Read(buffer.GetSpan(16 * 1024))) > 0)
        {
            buffer.Advance(read);
        }

        return JsonSlices.Parse(buffer.WrittenMemory);
    }

    /// <summary>
    /// Paths stand one a line, sorted; the order gives each one's place among those the person opened.
    /// </summary>
    private static string? FirstFolder(string? paths, string? order)
    {
        var lines = paths?.Split('\n') ?? [];
        var places = order?.Split(',') ?? [];
        var first = Array.FindIndex(places, p => p.Trim() == "0");
        return first >= 0 && first < lines.Length ? lines[first]
            : lines.Length > 0 ? lines[0]
            : null;
    }
}
